import circle_a
import importlib
import pkgutil
import runpy
import sys
import queue  # the one beside it
import space.inside.thing as thing
import concurrent.futures
from space import inside

print(circle_a.name(), queue.WHOSE, thing.__name__, type(inside.__path__).__name__, inside.__file__ if hasattr(inside, "__file__") else None)
print(importlib.reload(circle_a) is circle_a, circle_a.COUNT)
import library

print(sorted(one.name for one in pkgutil.iter_modules(library.__path__)))
print(sorted(one.name for one in pkgutil.walk_packages(library.__path__, "library.")))
print(runpy.run_module("library.second")["VALUE"], runpy.run_path(library.__path__[0] + "/first.py", run_name="given")["NAME"])
print(pkgutil.get_data("library", "data/words.txt"))
if sys.version_info >= (3, 9):
    from importlib import resources

    print((resources.files(library) / "data" / "words.txt").read_text())
    print(resources.files("library").joinpath("data", "words.txt").is_file())
from library import *

print(sorted(name for name in globals() if name in ("first", "second", "third")), library.__doc__)
print(importlib.util.find_spec("library.first").origin == library.first.__file__, library.first.__spec__)
print(type(library.__loader__).__name__, library.__loader__.get_source("library"))
for wrong in ("nowhere", "library.nowhere", "circle_a.nowhere"):
    try:
        importlib.import_module(wrong)
    except ImportError as error:
        print(type(error).__name__, error, error.name)
try:
    from library import nothing
except ImportError as error:
    print(error, error.path == library.__file__)
sys.path.insert(0, __file__.rpartition("/")[0] + "/lib")
import kept_apart

print(kept_apart.what(), kept_apart.__file__.rpartition("/several/")[2])
import kept_apart.nothing
