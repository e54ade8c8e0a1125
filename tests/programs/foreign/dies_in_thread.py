import sys
import threading


def bad():
    numbers = []
    return numbers[3]


t = threading.Thread(target=bad, name="Bad")
t.start()
t.join()
print("main goes on")


def hook(args):
    print("hook:", args.exc_type.__name__, args.exc_value, args.thread.name)


threading.excepthook = hook
t = threading.Thread(target=bad, name="Worse")
t.start()
t.join()
t = threading.Thread(target=sys.exit, args=("silent",), name="Leaver")
t.start()
t.join()
sys.exit("the end")
