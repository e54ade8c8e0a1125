"""Tqdm: bars that several threads move."""
import io
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tqdm import tqdm
from tqdm.contrib.concurrent import thread_map

shown = io.StringIO()
bar = tqdm(total=20, file=shown, mininterval=0)


def work(n):
    time.sleep(0.001)
    bar.update(1)
    return n


with ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(work, range(20))), bar.n)
bar.close()
print("20/20" in shown.getvalue())
print(thread_map(lambda n: n + 1, range(5), file=shown, max_workers=2))
for _ in tqdm(range(3), file=sys.stdout, bar_format="{n_fmt}/{total_fmt}", mininterval=0):
    pass
tqdm.write("said")
