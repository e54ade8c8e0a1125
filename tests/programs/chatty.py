"""So many threads that report as fast as they can, each on a lock of its own."""
import threading
import time

THREADS = 8  # 1..64
SECONDS = 10.0  # 0.1..600 s


def talk(lock, until):
    while time.monotonic() < until:
        for _ in range(1000):
            with lock:
                pass


until = time.monotonic() + SECONDS
crew = [threading.Thread(target=talk, args=(threading.Lock(), until), name=f"Talker-{n}") for n in range(THREADS)]
for thread in crew:
    thread.start()
for thread in crew:
    thread.join()
