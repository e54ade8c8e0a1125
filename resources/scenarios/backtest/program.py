"""A trading rule is tried on independent date ranges, in three ways."""

import random
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

RANGES = 6  # 1..24 date ranges
DAYS = 300_000  # 100..2000000 prices in each range
LOADING = 0  # 0..2000 ms until the prices of a range have arrived
WORKERS = 2  # 1..16 threads or processes

took = {}
gains = {}


def prices(seed):
    time.sleep(LOADING / 1000)  # from a disk, from a server
    dice, price = random.Random(seed), 100.0
    for _ in range(DAYS):
        price *= 1 + dice.gauss(0, 0.01)
        yield price


def backtest(seed):
    """What 1 becomes when invested on each day after one above the average."""
    money, average, yesterday = 1.0, 100.0, 100.0
    for price in prices(seed):
        if yesterday > average:
            money *= price / yesterday
        average += (price - average) / 50
        yesterday = price
    return money


def timed(way, pool):
    began = time.perf_counter()
    if pool is None:
        gains[way] = [backtest(seed) for seed in range(RANGES)]
    else:
        with pool(WORKERS) as workers:
            gains[way] = list(workers.map(backtest, range(RANGES)))
    took[way] = time.perf_counter() - began
    print(f"{way}: {RANGES} ranges in {took[way]:.2f} s")


if __name__ == "__main__":
    timed("one after another", None)
    timed("threads", ThreadPoolExecutor)
    timed("processes", ProcessPoolExecutor)
