"""Numpy in a pool of threads, with one array that all of them write."""
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

import numpy as np

lock = threading.Lock()
total = np.zeros(4)
grid = np.arange(400_000, dtype=np.float64).reshape(4, -1)


def part(row):
    values = np.sqrt(grid[row]) @ np.ones(grid.shape[1])
    with lock:
        total[row] += values
    return row, float(values)


with ThreadPoolExecutor(4, thread_name_prefix="numpy") as pool:
    futures = [pool.submit(part, row) for row in range(4)]
    for row, value in sorted(future.result() for future in as_completed(futures)):
        print(row, f"{value:.3f}")
print(total.sum().round(3), np.random.default_rng(3).integers(0, 100, 5))
np.save("grid.npy", grid)
with open("grid.npy", "rb") as file:
    print(np.load(file).shape, np.array_equal(np.load("grid.npy", mmap_mode="r"), grid))
np.savetxt("small.txt", grid[:2, :3])
print(open("small.txt").read())
with np.errstate(divide="raise"):
    np.ones(2) / np.zeros(2)
