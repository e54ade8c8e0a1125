"""A background thread saves a report. The main thread ends before it."""

import atexit
import os
import threading
import time

DAEMON = True  # the end of the program does not wait for it
JOIN = False  # the main thread waits for it
LINES = 6  # 1..50
PACE = 300  # 50..2000 ms for each half of a line
MAIN_WORK = 2000  # 50..10000 ms until the main thread ends

path = "report.txt"
saved = 0


def append(text):
    with open(path, "a") as file:
        file.write(text)


def save():
    for number in range(1, LINES + 1):
        append(f"line {number} ")
        time.sleep(PACE / 1000)
        append("is complete\n")
        time.sleep(PACE / 1000)


@atexit.register  # runs last, when only daemon threads are left
def look():
    global saved
    with open(path) as file:
        lines = file.read().splitlines()
    os.remove(path)
    saved = sum(line.endswith("complete") for line in lines)
    print(f"{saved} of {LINES} lines are saved")
    print(f"the file ends with: {lines[-1]}")


saver = threading.Thread(target=save, name="Saver", daemon=DAEMON)
saver.start()
time.sleep(MAIN_WORK / 1000)
if JOIN:
    saver.join()
print("the main thread has done its last line")
