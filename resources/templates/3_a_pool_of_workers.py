"""A pool of workers."""

import time
from concurrent.futures import ThreadPoolExecutor

WORKERS = 3
TASKS = 8


def work(number):
    time.sleep(0.1 + 0.05 * (number % 3))
    return number * number


with ThreadPoolExecutor(max_workers=WORKERS) as pool:
    for result in pool.map(work, range(TASKS)):
        print(result)
