import threading


class Folder:
    def __init__(self, name):
        self.name, self.lock, self.parts = name, threading.RLock(), []

    def add(self, part):
        with self.lock:
            self.parts.append(part)
            return self.count()

    def count(self):
        with self.lock:
            return 1 + sum(part.count() if isinstance(part, Folder) else 1 for part in self.parts)


root = Folder("root")
inner = Folder("inner")
root.add(inner)
threads = [threading.Thread(target=root.add, args=(n,)) for n in range(5)]
threads += [threading.Thread(target=inner.add, args=(n,)) for n in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(root.count())
try:
    root.lock.release()
except RuntimeError as error:
    print(error)
