import sys
from concurrent.futures import ThreadPoolExecutor

from . import LOCK, early
from .inner.deep import work
from app.inner import deep as again

print(__name__, __package__, __spec__.name, sys.argv[1:], again.work is work)
with ThreadPoolExecutor(3) as pool:
    with LOCK:
        print(sorted(pool.map(work, range(5))))
print(sys.argv[0] == __file__, sys.path[0] == __file__.rpartition("/app/")[0])
if "fail" in sys.argv:
    work("no number")
sys.exit(len(sys.argv))
