"""Several people withdraw from one account. Each makes sure first that there is enough."""

import threading
import time

BALANCE = 200  # 0..10000 at the beginning
AMOUNT = 80  # 1..1000 that each withdraws
PEOPLE = 3  # 1..8
PACE = 1000  # 20..2000 ms to count the notes
LOCKED = "all of it"  # all of it | each step

balance = BALANCE
lock = threading.Lock()
paid = []


def withdraw_in_one():
    global balance
    with lock:
        if balance >= AMOUNT:
            time.sleep(PACE / 1000)
            balance -= AMOUNT
            paid.append(AMOUNT)


def withdraw_in_steps():
    global balance
    with lock:
        enough = balance >= AMOUNT
    if enough:
        time.sleep(PACE / 1000)
        with lock:
            balance -= AMOUNT
            paid.append(AMOUNT)


withdraw = withdraw_in_one if LOCKED == "all of it" else withdraw_in_steps
names = "Ann", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gwen", "Hal"
people = [threading.Thread(target=withdraw, name=name) for name in names[:PEOPLE]]
for person in people:
    person.start()
for person in people:
    person.join()
print(f"there was {BALANCE}, {len(paid)} people got {AMOUNT}, left {balance}")
