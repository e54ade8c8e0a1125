import threading
import time

slots = threading.BoundedSemaphore(3)
guard = threading.Lock()
active = highest = 0


def download(n):
    global active, highest
    with slots:
        with guard:
            active += 1
            highest = max(highest, active)
        time.sleep(0.005)
        with guard:
            active -= 1


threads = [threading.Thread(target=download, args=(n,)) for n in range(12)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("never more than three:", highest <= 3, "active", active)
try:
    slots.release()
except ValueError as error:
    print(error)
print(slots.acquire(blocking=False), slots.acquire(timeout=0.01), slots.acquire(), slots.acquire(timeout=0.02))
