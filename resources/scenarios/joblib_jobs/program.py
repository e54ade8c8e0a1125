"""Square roots, each with a pause, by joblib with 1, 2, 4 and 8 jobs."""

import time

try:
    from joblib import Parallel, delayed
except ImportError:
    Parallel = None  # without it there is the plain loop alone

BACKEND = "threading"  # threading | loky | multiprocessing
LARGEST = 10  # 2..30 the first number; the last one is 2

numbers = range(LARGEST, 1, -1)
took = {}


def root(number):
    result = number**0.5
    time.sleep(result)
    return result


def greedy(jobs):
    """Seconds when whoever is free first takes the next task."""
    busy_until = [0.0] * jobs
    for number in numbers:
        busy_until[busy_until.index(min(busy_until))] += number**0.5
    return max(busy_until)


def timed(jobs):
    began = time.perf_counter()
    if Parallel is None:
        roots = [root(number) for number in numbers]
    else:
        parallel = Parallel(n_jobs=jobs, backend=BACKEND)
        roots = parallel(delayed(root)(number) for number in numbers)
    took[jobs] = time.perf_counter() - began
    limit = greedy(jobs)
    print(f"n_jobs={jobs}: {len(roots)} roots in {took[jobs]:.2f} s, limit {limit:.2f} s")


if __name__ == "__main__":
    for count in (1, 2, 4, 8) if Parallel else (1,):
        timed(count)
