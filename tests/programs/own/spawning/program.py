import multiprocessing
import sys

import helper


def square(number):
    return number * number, sys.argv[1:], __name__


if __name__ == "__main__":
    for method in ("spawn", "forkserver", "fork"):
        if method in multiprocessing.get_all_start_methods():
            with multiprocessing.get_context(method).Pool(2) as pool:
                print(method, pool.map(square, range(3)), pool.map(helper.cube, range(3)))
