"""Pools of the module that nobody closes."""

import multiprocessing
import multiprocessing.pool
from concurrent.futures import ThreadPoolExecutor


def double(number):
    return number * 2


if __name__ == "__main__":
    threads = multiprocessing.pool.ThreadPool(2)
    print(threads.map(double, [1, 2, 3]))
    processes = multiprocessing.Pool(2)
    print(processes.map(double, [4, 5]))
    executor = ThreadPoolExecutor(2)
    print(list(executor.map(double, [6])))
