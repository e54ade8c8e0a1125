"""Downloaders, processors and a writer, joined by queues."""

import queue
import threading
import time

PAGES = 16  # 2..500
DOWNLOADERS = 2  # 1..8
PROCESSORS = 2  # 1..8
DOWNLOAD = 300  # 1..2000 ms for a page
PROCESS = 600  # 1..2000 ms for a page
WRITE = 100  # 1..2000 ms for a page
QUEUE_SIZE = 4  # 0..100 places in each queue, 0 is no limit
TASK_DONE = "when done"  # when done | when taken

addresses = queue.Queue(QUEUE_SIZE)
pages = queue.Queue(QUEUE_SIZE)
results = queue.Queue(QUEUE_SIZE)
written = []


def work(source, pace, put):
    while (page := source.get()) is not None:
        if TASK_DONE == "when taken":
            source.task_done()
        time.sleep(pace / 1000)
        put(page)
        if TASK_DONE == "when done":
            source.task_done()


stages = [
    ("Download", DOWNLOADERS, addresses, DOWNLOAD, pages.put),
    ("Process", PROCESSORS, pages, PROCESS, results.put),
    ("Write", 1, results, WRITE, written.append),
]
workers = []
for stage, size, *job in stages:
    for number in range(size):
        name = f"{stage}-{number + 1}"
        workers.append(threading.Thread(target=work, args=job, name=name))
for worker in workers:
    worker.start()
for page in range(PAGES):
    addresses.put(page)
for _, size, source, *_ in stages:
    source.join()  # every page is dealt with ...
    for _ in range(size):
        source.put(None)  # ... so every worker may go home
for worker in workers:
    worker.join()
load = {stage: pace / size for stage, size, _, pace, _ in stages}  # ms a page
slowest = max(load, key=load.get)
print(f"{len(written)} of {PAGES} pages written")
print(f"slowest stage: {slowest}, {load[slowest]:.0f} ms a page")
