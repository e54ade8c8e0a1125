import threading
from collections import deque


class Buffer:
    def __init__(self, size):
        self.items, self.size = deque(), size
        self.lock = threading.Lock()
        self.not_empty = threading.Condition(self.lock)
        self.not_full = threading.Condition(self.lock)

    def put(self, item):
        with self.not_full:
            while len(self.items) == self.size:
                self.not_full.wait()
            self.items.append(item)
            self.not_empty.notify()

    def get(self):
        with self.not_empty:
            while not self.items:
                self.not_empty.wait()
            item = self.items.popleft()
            self.not_full.notify()
            return item


buffer, out = Buffer(2), []


def produce():
    for n in range(100):
        buffer.put(n)
    buffer.put(None)


def consume():
    while (item := buffer.get()) is not None:
        out.append(item)


threads = [threading.Thread(target=produce), threading.Thread(target=consume)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(out == list(range(100)), len(buffer.items))
