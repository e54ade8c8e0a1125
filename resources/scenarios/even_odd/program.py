"""Two threads count, one even numbers, one odd, each at its own pace."""

import threading
import time

EVEN_PACE = 500  # 0..3000 ms after each even number
ODD_PACE = 250  # 0..3000 ms after each odd number
TOP = 10  # 2..100 numbers in all
JOIN_FIRST = False  # the odd ones wait for the even ones

order = []


def count(first, pace):
    for number in range(first, TOP, 2):
        order.append(number)
        print(threading.current_thread().name, number)
        time.sleep(pace / 1000)


even = threading.Thread(target=count, args=(0, EVEN_PACE), name="Even")
odd = threading.Thread(target=count, args=(1, ODD_PACE), name="Odd")

even.start()
if JOIN_FIRST:
    even.join()
odd.start()

even.join()
odd.join()
print("in this order:", *order)
