"""Errors that nobody caught end with what may have been meant, in each thread."""

import threading

total = 1


class Account:
    balance = 3

    def read(self):
        return self.balanse


def wrong_name():
    result = 5

    def inner():
        return resul + result

    try:
        inner()
    except NameError as error:
        raise AttributeError("made by hand") from error


def hook(told):
    print("hook:", told.exc_type.__name__)


for work in (Account().read, wrong_name, lambda: pritn(total), lambda: threading.Lock().aquire()):
    thread = threading.Thread(target=work, name="worker")
    thread.start()
    thread.join()
threading.excepthook = hook
thread = threading.Thread(target=lambda: totl)
thread.start()
thread.join()
"x".uper()
