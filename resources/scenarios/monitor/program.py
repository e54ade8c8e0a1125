"""The main thread imports files, a monitor watches how far it is."""

import threading
import time

FILES = 8  # 1..200
PACE = 300  # 1..2000 ms to import one
STALL = 1000  # 0..10000 ms that the one in the middle takes longer
PERIOD = 500  # 1..5000 ms between two looks
TELL = True  # set the event and join the monitor at the end
DAEMON = True  # the end of the program does not wait for the monitor

imported = 0
stop = threading.Event()
reports = []


def monitor():
    seen = 0
    while not stop.wait(PERIOD / 1000):
        trouble = ", no progress!" if imported == seen else ""
        seen = imported
        print(f"monitor: {seen} of {FILES}{trouble}")
    reports.append(imported)
    print(f"monitor: last report, {imported} of {FILES}")


watcher = threading.Thread(target=monitor, name="Monitor", daemon=DAEMON)
watcher.start()
for number in range(FILES):
    time.sleep((PACE + STALL * (number == FILES // 2)) / 1000)
    imported += 1
if TELL:
    stop.set()
    watcher.join()
report = f"last report: {reports[0]} files" if reports else "no last report"
print(f"main: all is imported, {report}")
