import atexit
import logging
import logging.handlers
import queue
import sys
import threading

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(threadName)s %(message)s")
records = queue.Queue()


def drain():
    while True:
        logging.info("drained %s", records.get())
        records.task_done()


threading.Thread(target=drain, name="Logger", daemon=True).start()
for n in range(3):
    records.put(n)
records.join()
logging.getLogger("app").warning("watch out")
handler = logging.handlers.QueueHandler(queue.Queue())
listener = logging.handlers.QueueListener(handler.queue, logging.StreamHandler(sys.stdout))
listener.start()
queued = logging.getLogger("queued")
queued.propagate = False
queued.addHandler(handler)
queued.error("through a queue")
listener.stop()
atexit.register(print, "goodbye from atexit")
print("main is done")
