"""A thread adds up a bill. The main thread wants the sum."""

import threading
import time

JOIN = "no"  # no | half a second | yes
ITEMS = 8  # 1..200 on the bill: 1, 2, 3 and so on
PACE = 400  # 0..2000 ms for each item
OTHER_WORK = 1000  # 0..10000 ms of the main thread

total = 0


def add_up():
    global total
    for price in range(1, ITEMS + 1):
        time.sleep(PACE / 1000)  # look it up
        total += price


adder = threading.Thread(target=add_up, name="Adder")
adder.start()

time.sleep(OTHER_WORK / 1000)
if JOIN == "yes":
    adder.join()
elif JOIN == "half a second":
    adder.join(timeout=0.5)  # returns either way

result = total
unfinished = adder.is_alive()
print(f"The main thread says: the bill is {result}.")
if unfinished:
    print("The adder is still at it.")
