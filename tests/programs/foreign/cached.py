import threading
from functools import lru_cache

calls = []
lock = threading.Lock()


@lru_cache(maxsize=None)
def slow_square(n):
    with lock:
        calls.append(n)
    return n * n


def work():
    for n in range(50):
        slow_square(n)


work()
threads = [threading.Thread(target=work) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(calls), slow_square.cache_info())
