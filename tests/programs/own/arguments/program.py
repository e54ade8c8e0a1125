import argparse
import threading
import time

parser = argparse.ArgumentParser(description="Adds in threads.")
parser.add_argument("numbers", type=int, nargs="+")
parser.add_argument("--workers", type=int, default=2)
parser.add_argument("--name", default="nobody")
options = parser.parse_args()
sums = [0] * options.workers


def add(at):
    for number in options.numbers[at :: options.workers]:
        time.sleep(0.001)
        sums[at] += number


threads = [threading.Thread(target=add, args=(at,)) for at in range(options.workers)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(options.name, sum(sums))
raise SystemExit(sum(sums) % 256)
