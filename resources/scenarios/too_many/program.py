"""The same waiting work, shared by 1, 4, 16 and more threads."""

import mmap
import threading
import time

MOST = 256  # 1..2000 threads
TASKS = 150  # 1..10000
WAIT = 20  # 0..1000 ms in each task

took = {}
used = {}


def work(go, tasks):
    go.wait()
    for _ in tasks:
        time.sleep(WAIT / 1000)


def memory():
    """MB of this program; None where the system does not tell."""
    try:
        with open("/proc/self/statm") as file:
            pages = int(file.read().split()[1])
    except OSError:
        return None
    return pages * mmap.PAGESIZE / 1e6


def timed(threads):
    began = time.perf_counter()
    go = threading.Event()
    workers = []
    try:
        for number in range(threads):
            share = range(number, TASKS, threads)
            name = f"{number + 1} of {threads}"
            worker = threading.Thread(target=work, args=(go, share), name=name)
            worker.start()
            workers.append(worker)
        used[threads] = memory()  # while all of them live
    finally:
        go.set()  # also when the system has no more threads
    for worker in workers:
        worker.join()
    took[threads] = time.perf_counter() - began
    size = used[threads] or 0
    print(f"{threads:4} threads: {took[threads]:.2f} s, {size:.0f} MB")


for threads in 1, 4, 16, 64, 256, 1024, 2000:
    if threads < MOST:
        timed(threads)
timed(MOST)
