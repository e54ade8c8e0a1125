import queue
import threading

jobs = queue.Queue(maxsize=3)
results = queue.Queue()
STOP = object()


def worker():
    while True:
        job = jobs.get()
        try:
            if job is STOP:
                return
            results.put(job * job)
        finally:
            jobs.task_done()


workers = [threading.Thread(target=worker, daemon=True) for _ in range(4)]
for w in workers:
    w.start()
for n in range(50):
    jobs.put(n)
for _ in workers:
    jobs.put(STOP)
jobs.join()
for w in workers:
    w.join()
found = sorted(results.get_nowait() for _ in range(results.qsize()))
print(sum(found), found[:5], results.empty())
try:
    results.get_nowait()
except queue.Empty:
    print("empty")
try:
    jobs.task_done()
except ValueError as error:
    print(error)
