"""Downloads that are threads. start() begins one, run() does not."""

import threading
import time

CALL = "start"  # start | run
PACE = 300  # 0..2000 ms for each block


class Download(threading.Thread):
    def __init__(self, name, blocks):
        super().__init__(name=name)
        self.blocks = blocks
        self.received = 0
        self.done_by = None

    def run(self):
        for _ in range(self.blocks):
            time.sleep(PACE / 1000)
            self.received += 1
        self.done_by = threading.current_thread()
        print(f"{self.name} is here, thanks to {self.done_by.name}")


downloads = [Download("Logo", 3), Download("Photo", 6), Download("Film", 9)]

began = time.perf_counter()
if CALL == "start":
    for download in downloads:
        download.start()
    for download in downloads:
        download.join()
else:
    for download in downloads:
        download.run()  # an ordinary call
took = time.perf_counter() - began
blocks = sum(download.received for download in downloads)
print(f"{blocks} blocks in {took:.1f} s")
