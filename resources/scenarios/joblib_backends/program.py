"""The same sleeping, the same computing, by each of joblib's back ends."""

import time

try:
    from joblib import Parallel, delayed
except ImportError:
    Parallel = None  # without it there is the plain loop alone

JOBS = 2  # 1..8 workers
TASKS = 4  # 1..16 tasks in each part
PAUSE = 600  # 10..5000 ms that a sleeping task sleeps
STEPS = 10_000_000  # 1000..100000000 additions of a computing task

took = {}


def sleeping(_):
    time.sleep(PAUSE / 1000)


def computing(_):
    total = 0
    for number in range(STEPS):
        total += number
    return total


def timed(work, backend):
    began = time.perf_counter()
    if backend == "plain loop":
        for number in range(TASKS):
            work(number)
    else:
        parallel = Parallel(n_jobs=JOBS, backend=backend)
        parallel(delayed(work)(number) for number in range(TASKS))
    part = work.__name__, backend
    took[part] = time.perf_counter() - began
    print(f"{part[0]}, {backend}: {took[part]:.2f} s")


if __name__ == "__main__":
    backends = ("threading", "multiprocessing", "loky") if Parallel else ()
    for task in (sleeping, computing):
        for name in ("plain loop", *backends):
            timed(task, name)
