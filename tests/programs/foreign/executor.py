import concurrent.futures
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

lock = threading.Lock()
names = set()


def square(n):
    with lock:
        names.add(threading.current_thread().name.split("_")[0])
    time.sleep(0.001)
    if n == 7:
        raise ValueError("no sevens")
    return n * n


with ThreadPoolExecutor(max_workers=4, thread_name_prefix="pool") as pool:
    futures = {pool.submit(square, n): n for n in range(10)}
    found = {}
    for future in as_completed(futures):
        try:
            found[futures[future]] = future.result()
        except ValueError as error:
            found[futures[future]] = str(error)
    print(list(pool.map(lambda n: n + 1, range(5))))
print(sorted(found.items()), names)
left_open = ThreadPoolExecutor(2)
print(left_open.submit(pow, 2, 10).result(), concurrent.futures.wait([left_open.submit(int, "3")]).not_done)
