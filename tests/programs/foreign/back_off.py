import random
import threading
import time

left, right = threading.Lock(), threading.Lock()
done = []


def both(first, second, name):
    while True:
        with first:
            if second.acquire(timeout=0.005):
                try:
                    done.append(name)
                    return
                finally:
                    second.release()
        time.sleep(random.random() / 100)


threads = [
    threading.Thread(target=both, args=(left, right, "one")),
    threading.Thread(target=both, args=(right, left, "two")),
]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(done), left.locked(), right.locked())
try:
    left.release()
except RuntimeError as error:
    print(error)
