"""Clerks enter visitors in one file: some add a line, some rewrite it."""

import os
import threading
import time

WAY = "both"  # both | append | rewrite
CLERKS = 4  # 2..8
ENTRIES = 5  # 1..100 lines by each clerk
PACE = 150  # 20..1000 ms in the middle of an entry

path = "visitors.txt"
lock = threading.Lock()
entered = []


def append(name, visitor):
    with open(path, "a") as file:
        file.write(f"{name}: ")
        file.flush()
        time.sleep(PACE / 1000)
        file.write(f"{visitor}\n")


def rewrite(name, visitor):
    with open(path) as file:
        text = file.read()
    time.sleep(PACE / 1000)
    with open(path, "w") as file:
        file.write(f"{text}{name}: {visitor}\n")


def work(number, enter):
    name = f"Clerk-{number}"
    for visitor in range(1, ENTRIES + 1):
        with lock:
            enter(name, f"visitor {visitor}")
        entered.append(f"{name}: visitor {visitor}")
        time.sleep(PACE * number / 1000)  # each at a pace of its own


ways = {
    "both": [append, rewrite],
    "append": [append],
    "rewrite": [rewrite],
}[WAY]
clerks = []
for number in range(1, CLERKS + 1):
    name = f"Clerk-{number}"
    job = number, ways[number % len(ways)]
    clerks.append(threading.Thread(target=work, args=job, name=name))
open(path, "w").close()
for clerk in clerks:
    clerk.start()
for clerk in clerks:
    clerk.join()
with open(path) as file:
    lines = file.read().splitlines()
os.remove(path)
kept = set(lines) & set(entered)
mixed = [line for line in lines if line not in entered]
print(f"{len(entered)} lines entered, {len(kept)} found whole")
print(f"{len(mixed)} lines in it nobody entered")
for line in mixed[:5]:
    print(f"    {line}")
