"""People withdraw from one account. Each looks first: is there enough?"""

import threading
import time

BALANCE = 200  # 0..10000 at the beginning
AMOUNT = 80  # 1..1000 that each person wants
PEOPLE = 3  # 1..8
PACE = 1500  # 20..5000 ms to count the notes
LOCKED = "all of it"  # all of it | each step

balance = BALANCE
lock = threading.Lock()
paid = []


def enough(name):
    print(f"{name} sees {balance}")
    return balance >= AMOUNT


def pay(name):
    global balance
    balance -= AMOUNT
    paid.append(name)
    print(f"{name} gets {AMOUNT}, left {balance}")


def withdraw(name):
    with lock:
        if enough(name):
            time.sleep(PACE / 1000)  # counts the notes
            pay(name)


def withdraw_in_steps(name):
    with lock:
        go_on = enough(name)
    if go_on:
        time.sleep(PACE / 1000)
        with lock:
            pay(name)


work = withdraw if LOCKED == "all of it" else withdraw_in_steps
names = "Ann", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gwen", "Hal"
people = []
for name in names[:PEOPLE]:
    person = threading.Thread(target=work, args=(name,), name=name)
    person.start()
    people.append(person)
    time.sleep(PACE / 5000)  # here comes the next one
for person in people:
    person.join()
time.sleep(PACE / 5000)  # the bank adds up
print(f"{BALANCE} were there, {len(paid) * AMOUNT} were paid")
