"""A menu is written twice. Readers wait for it, one not for long."""

import os
import threading
import time

READERS = 3  # 1..16 who wait as long as it takes
PATIENCE = 600  # 1..10000 ms that one more reader waits
PACE = 400  # 40..2000 ms to write one line
CLEAR = True  # take the sign down before writing again

path = "menu.txt"
file_ready = threading.Event()
complete = []


def write():
    for day in ("Monday", "Tuesday"):
        if CLEAR:
            file_ready.clear()
        with open(path, "w") as file:
            for course in ("soup", "main course", "dessert"):
                time.sleep(PACE / 1000)
                file.write(f"{day}: {course}\n")
                file.flush()
        file_ready.set()
        time.sleep(2 * PACE / 1000)


def read(name, patience):
    for day in ("Monday", "Tuesday"):
        if not file_ready.wait(patience):
            print(f"{name} gives up: no menu on {day}")
            return
        with open(path) as file:
            lines = file.read().count(day)
        complete.append(lines == 3)
        print(f"{name} reads {lines} of 3 on {day}")
        time.sleep(3.5 * PACE / 1000)


open(path, "w").close()  # it is there, and nothing is in it
threads = [threading.Thread(target=write, name="Writer")]
guests = {f"Reader-{n + 1}": None for n in range(READERS)}
guests["Hasty"] = PATIENCE / 1000
for guest in guests.items():
    threads.append(threading.Thread(target=read, args=guest, name=guest[0]))
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
os.remove(path)
print(f"{sum(complete)} of {len(complete)} times the menu was complete")
