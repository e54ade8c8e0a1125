import threading


def what():
    return threading.current_thread().name
