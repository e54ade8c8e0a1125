import importlib
import logging
import sys
import threading
import traceback
import warnings

logging.basicConfig(format="%(levelname)s %(name)s %(filename)s:%(lineno)d %(funcName)s %(threadName)s: %(message)s", level=10)
log = logging.getLogger("own")
import shaky


def attempt(function, *args):
    try:
        function(*args)
    except Exception:
        log.exception("%s failed", function.__name__)
        traceback.print_exc()


attempt(shaky.divide, 3, 0)
attempt(shaky.chained)
attempt(open, "is/not/there")
attempt(importlib.import_module, "broken_syntax")
attempt(importlib.import_module, "raises_at_once")
attempt(importlib.import_module, "not_at_all")
attempt(threading.Lock().release)
attempt(shaky.imports, "broken_syntax")
attempt(shaky.imports, "raises_at_once")
attempt(shaky.imports, "not_at_all")
attempt(shaky.imports, "concurrent.nothing")
attempt(threading.Thread.start, threading.current_thread())
attempt(threading.Thread(target=print).join)
lines = traceback.format_list(traceback.extract_stack())
print(len(lines), lines[-1])
warnings.simplefilter("always")
shaky.old()
warnings.warn("from here")
import old_module


def run():
    shaky.divide(1, 0)


threads = [threading.Thread(target=run, name="one"), threading.Thread(target=shaky.imports, args=("raises_at_once",), name="two")]
for thread in threads:
    thread.start()
    thread.join()
try:
    raise ValueError("first")
except ValueError as error:
    raise LookupError("second") from error
