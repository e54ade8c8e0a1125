"""Two threads and a lock."""

import threading

ROUNDS = 1000

counter = 0
lock = threading.Lock()


def work():
    global counter
    for _ in range(ROUNDS):
        with lock:
            counter += 1


first = threading.Thread(target=work, name="first")
second = threading.Thread(target=work, name="second")
first.start()
second.start()
first.join()
second.join()
print("counter", counter, "expected", 2 * ROUNDS)
