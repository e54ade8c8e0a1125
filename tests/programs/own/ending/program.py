import sys, threading, atexit, weakref, gc
class D:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n, sys is not None)
a = D("global")
def f():
    b = D("local")
    1 / 0
atexit.register(lambda: print("atexit 1"))
@atexit.register
def bad(): raise ValueError("in atexit")
atexit.register(lambda: print("atexit 2"))
class U:
    def __del__(self): raise RuntimeError("in del")
U()
t = threading.Thread(target=f, name="T")
t.start(); t.join()
def ex(): sys.exit("from thread")
t = threading.Thread(target=ex); t.start(); t.join()
weakref.finalize(a, print, "finalized")
c = D("cycle"); c.me = c; del c; gc.collect()
f()
