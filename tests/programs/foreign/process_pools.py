"""Pools of processes by either library, with results, exceptions, time-outs and names from the other side."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed, wait
from functools import partial
from multiprocessing.pool import ThreadPool


class Odd(Exception):
    pass


def square(number):
    return number * number


def power(base, exponent):
    return base**exponent


def fussy(number):
    if number % 2:
        raise Odd(number)
    return number


def prepare(value):
    global prepared
    prepared = value


def look(_):
    return prepared


def outcome(action):
    try:
        return action()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def pools():
    with multiprocessing.Pool(2, prepare, ("ready",)) as pool:
        print(pool.map(square, range(7)), pool.map(square, range(7), chunksize=3), pool.map(square, []))
        print(pool.starmap(power, [(2, 3), (3, 2)]), list(pool.imap(square, range(4))))
        print(sorted(pool.imap_unordered(square, range(4), chunksize=2)), list(pool.imap(square, range(4), 3)))
        print(pool.apply(power, (2,), {"exponent": 5}), pool.apply_async(square, [9]).get(timeout=20))
        print(outcome(lambda: pool.map(fussy, range(3))), outcome(lambda: pool.apply(fussy, (3,))))
        print(set(pool.map(look, range(4))), pool.map(partial(power, 2), range(4)))
        heard = []
        pool.map_async(square, range(3), callback=heard.append).wait(20)
        failed = pool.apply_async(fussy, (1,), error_callback=lambda error: heard.append(type(error).__name__))
        failed.wait(20)
        print(heard, failed.ready(), outcome(failed.successful))
        items = pool.imap(fussy, [0, 1, 2])
        print(next(items), outcome(items.next), items.next(timeout=20), outcome(lambda: next(items)) or "stop")
        print(outcome(lambda: pool.map(lambda n: n, [1])).partition(":")[0])
        print(outcome(lambda: pool.apply_async(os.getpid).get(20)) != os.getpid())
    print(outcome(lambda: pool.map(square, [1])))
    pool = multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1)
    print(pool.map(square, range(2), chunksize=1))
    pool.close()
    pool.join()
    with ThreadPool(2) as threads:
        print(threads.map(square, range(4)), outcome(lambda: threads.map(fussy, [1])))


def executors():
    with ProcessPoolExecutor(2) as executor:
        futures = [executor.submit(fussy, number) for number in range(4)]
        done, rest = wait(futures, timeout=20)
        print(len(done), len(rest), [outcome(future.result) for future in futures])
        print(sorted(future.result() for future in as_completed([executor.submit(square, n) for n in range(4)])))
        print(list(executor.map(power, [1, 2, 3], [3, 2, 1], chunksize=2)))


if __name__ == "__main__":
    pools()
    executors()
