import threading
import time
from contextlib import contextmanager


class ReadWriteLock:
    def __init__(self):
        self._ready = threading.Condition(threading.RLock())
        self._readers = 0

    @contextmanager
    def reading(self):
        with self._ready:
            self._readers += 1
        try:
            yield
        finally:
            with self._ready:
                self._readers -= 1
                if not self._readers:
                    self._ready.notify_all()

    @contextmanager
    def writing(self):
        with self._ready:
            while self._readers > 0:
                self._ready.wait()
            yield


lock = ReadWriteLock()
page = {"a": 0, "b": 0}
torn = 0


def reader():
    global torn
    for _ in range(30):
        with lock.reading():
            a = page["a"]
            time.sleep(0.0003)
            if a != page["b"]:
                torn += 1


def writer():
    for _ in range(15):
        with lock.writing():
            page["a"] += 1
            time.sleep(0.0003)
            page["b"] += 1


threads = [threading.Thread(target=reader) for _ in range(3)] + [threading.Thread(target=writer) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(page, "torn", torn)
