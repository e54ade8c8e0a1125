"""Producer and consumer."""

import queue
import threading
import time

ITEMS = 8
ROOM = 3

shelf = queue.Queue(maxsize=ROOM)


def produce():
    for number in range(ITEMS):
        time.sleep(0.1)
        shelf.put(number)
    shelf.put(None)  # there is no more


def consume():
    while (item := shelf.get()) is not None:
        time.sleep(0.2)
        print("consumed", item)


producer = threading.Thread(target=produce, name="producer")
consumer = threading.Thread(target=consume, name="consumer")
producer.start()
consumer.start()
producer.join()
consumer.join()
