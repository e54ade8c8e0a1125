"""Producers put parcels into a queue, consumers take them out."""

import queue
import threading
import time

PRODUCERS = 2  # 1..8
CONSUMERS = 2  # 1..8
ITEMS = 24  # 1..1000 parcels in all
QUEUE_SIZE = 4  # 0..100 places, 0 is no limit
PRODUCER_PACE = 150  # 0..2000 ms to make a parcel
CONSUMER_PACE = 250  # 0..2000 ms to deliver a parcel

parcels = queue.Queue(QUEUE_SIZE)
delivered = []


def produce(first):
    for number in range(first, ITEMS, PRODUCERS):
        time.sleep(PRODUCER_PACE / 1000)
        print(f"made parcel {number}")
        parcels.put(number)


def consume():
    while (number := parcels.get()) is not None:
        time.sleep(CONSUMER_PACE / 1000)
        delivered.append(number)
        print(f"delivered parcel {number}")
        parcels.task_done()


producers = [
    threading.Thread(target=produce, args=(n,), name=f"Producer-{n + 1}")
    for n in range(PRODUCERS)
]
consumers = [
    threading.Thread(target=consume, name=f"Consumer-{n + 1}")
    for n in range(CONSUMERS)
]
for thread in producers + consumers:
    thread.start()
for thread in producers:
    thread.join()
parcels.join()  # every parcel is dealt with ...
for _ in consumers:
    parcels.put(None)  # ... so every consumer may go home
for thread in consumers:
    thread.join()
print(f"delivered {len(delivered)} of {ITEMS}")
