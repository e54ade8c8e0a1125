"""Square roots, each with a pause: one after another, then in a pool."""

import time
from concurrent.futures import ThreadPoolExecutor

WORKERS = 4  # 1..16 threads in the pool
LARGEST = 10  # 2..30 the first number; the last one is 2

numbers = range(LARGEST, 1, -1)
took = {}


def root(number):
    result = number**0.5
    time.sleep(result)  # a download, a query: something to wait for
    return result


def greedy(workers):
    """Seconds when whoever is free first takes the next task."""
    busy_until = [0.0] * workers
    for number in numbers:
        busy_until[busy_until.index(min(busy_until))] += number**0.5
    return max(busy_until)


def one_after_another():
    return [root(number) for number in numbers]


def in_a_pool():
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="Worker") as pool:
        return list(pool.map(root, numbers))


def timed(way, work, workers):
    began = time.perf_counter()
    roots = work()
    took[way] = time.perf_counter() - began
    limit = greedy(workers)
    print(f"{way}: {len(roots)} roots in {took[way]:.2f} s, limit {limit:.2f} s")


timed("one after another", one_after_another, 1)
timed("in a pool", in_a_pool, WORKERS)
