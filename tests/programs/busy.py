"""So many busy threads that do nothing but compute."""
import threading

THREADS = 8  # 1..64
ROUNDS = 50_000_000  # 1..1000000000


def spin():
    total = 0
    for number in range(ROUNDS):
        total += number


crew = [threading.Thread(target=spin, name=f"Busy-{n}") for n in range(THREADS)]
for thread in crew:
    thread.start()
for thread in crew:
    thread.join()
