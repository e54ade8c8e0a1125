"""Five prices are read by threads. One cannot be read. Who notices?"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

ASK = "hook"  # nobody | hook | future | lost future
PACE = 400  # 0..3000 ms from one price to the next

texts = ["3.20", "1.80", "4,50", "2.00", "0.99"]
prices = []
noticed = []


def read(number):
    time.sleep(PACE / 1000 * (number + 1))
    prices.append(float(texts[number]))


def notice(problem):
    noticed.append(f"{problem.thread.name}: {problem.exc_value}")


def in_threads():
    readers = []
    for number in range(len(texts)):
        name = f"Reader-{number + 1}"
        reader = threading.Thread(target=read, args=(number,), name=name)
        reader.start()
        readers.append(reader)
    for reader in readers:
        reader.join()


def in_a_pool():
    with ThreadPoolExecutor(2, "Reader") as pool:
        futures = [pool.submit(read, n) for n in range(len(texts))]
    for future in futures if ASK == "future" else []:
        try:
            future.result()  # raises again what the task raised
        except ValueError as error:
            noticed.append(str(error))


if ASK == "hook":
    threading.excepthook = notice
if ASK in ("nobody", "hook"):
    in_threads()
else:
    in_a_pool()
print(f"{len(prices)} of {len(texts)} prices, {sum(prices):.2f} together")
print("noticed:", *noticed or ["nothing"])
