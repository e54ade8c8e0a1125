"""Gevent: its patches of the whole process, made before anything else is imported."""
from gevent import monkey
monkey.patch_all()
import gevent, threading, time, queue
from gevent.pool import Pool
print([g.value for g in [*map(lambda x: gevent.spawn(lambda: x * 2), range(3))] if not g.join()])
def w(n):
    time.sleep(0.01); return n
print(Pool(3).map(w, range(4)))
lock = threading.Lock()
out = []
def t(n):
    with lock:
        time.sleep(0.001); out.append(n)
ts = [threading.Thread(target=t, args=(n,)) for n in range(3)]
[x.start() for x in ts]; [x.join() for x in ts]
print(sorted(out))
