"""Threads add to one counter: they read it, wait or work, write it back."""

import threading
import time

WINDOW = "sleep"  # nothing | call | work | sleep
THREADS = 2  # 1..16
ROUNDS = 40  # 1..1000000 additions by each thread
PACE = 20  # 1..500 ms in the window "sleep"

counter = 0
lock = threading.Lock()


def add_with_nothing():
    global counter
    for _ in range(ROUNDS):
        with lock:
            counter += 1


def add_with_call():
    global counter
    for _ in range(ROUNDS):
        with lock:
            counter += one()


def one():
    return len(set([7] * 1_000_000))  # takes a moment, and is 1


def add_with_work():
    global counter
    for _ in range(ROUNDS):
        with lock:
            seen = counter
            for _ in range(1_000_000):
                pass
            counter = seen + 1


def add_with_sleep():
    global counter
    for _ in range(ROUNDS):
        with lock:
            seen = counter
            time.sleep(PACE / 1000)
            counter = seen + 1


add = {
    "nothing": add_with_nothing,
    "call": add_with_call,
    "work": add_with_work,
    "sleep": add_with_sleep,
}[WINDOW]
names = [f"Adder-{number + 1}" for number in range(THREADS)]
adders = [threading.Thread(target=add, name=name) for name in names]
for adder in adders:
    adder.start()
for adder in adders:
    adder.join()
print(f"expected {THREADS * ROUNDS}, found {counter}")
