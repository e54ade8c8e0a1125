"""The same computing, the same waiting, in four ways."""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

TASKS = 4  # 1..16 tasks in each part
STEPS = 8_000_000  # 1000..100000000 additions of a computing task
PAUSE = 500  # 10..5000 ms of a waiting task

took = {}


def computing(_):
    total = 0
    for number in range(STEPS):
        total += number


def waiting(_):
    time.sleep(PAUSE / 1000)


async def computing_async(number):
    computing(number)


async def waiting_async(_):
    await asyncio.sleep(PAUSE / 1000)


async def gather(work):
    await asyncio.gather(*(work(number) for number in range(TASKS)))


def pooled(pool, work):
    with pool(TASKS) as workers:
        list(workers.map(work, range(TASKS)))


def timed(kind, way, run, *what):
    began = time.perf_counter()
    run(*what)
    took[kind, way] = time.perf_counter() - began
    print(f"{kind}, {way}: {took[kind, way]:.2f} s")


if __name__ == "__main__":
    for work, coroutine in (computing, computing_async), (waiting, waiting_async):
        kind = work.__name__
        timed(kind, "one after another", list, map(work, range(TASKS)))
        timed(kind, "threads", pooled, ThreadPoolExecutor, work)
        timed(kind, "processes", pooled, ProcessPoolExecutor, work)
        timed(kind, "asyncio", asyncio.run, gather(coroutine))
