import copy
import dataclasses
import doctest
import enum
import inspect
import linecache
import pickle
import typing
import functools
import pathlib
import threading
import queue
from pathlib import Path
from importlib import resources


@dataclasses.dataclass(order=True)
class Point:
    """A point.

    >>> Point(1, 2) < Point(2, 1)
    True
    >>> print(sum(Point(1, 2).both()))
    4
    """

    x: int
    y: "int" = 0
    other: "typing.Optional[Point]" = None
    tags: list = dataclasses.field(default_factory=list)

    def both(self):
        return self.x, self.y


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


def typed(a: int, b: "Point" = None, *, path: Path = Path(".")) -> typing.List["Point"]:
    """Nothing."""


print(pickle.loads(pickle.dumps([Point(1, 2), Colour.RED, typed.__name__, Path("a/b")])), copy.deepcopy(Point(3)))
print(typing.get_type_hints(Point), inspect.signature(typed), dataclasses.asdict(Point(1)))
print(inspect.getsource(Point.both), inspect.getsourcefile(Point) == __file__, inspect.getmodule(Point))
print(repr(linecache.getline(__file__, 2)), inspect.getdoc(typed), inspect.getcomments(typed))
print(doctest.testmod())
print(isinstance(Path("a"), pathlib.Path), isinstance(Path("a"), pathlib.PurePath), type(Path("a")), repr(Path("a") / "b"))
print(issubclass(pathlib.PosixPath, Path), type(Path.cwd()) is type(Path("x")), Path("a") == pathlib.PurePosixPath("a"), {Path("a"): 1}[Path("a")])
import importlib.util

spec = importlib.util.find_spec("json")
print(isinstance(resources.files("json"), Path), isinstance(threading.main_thread(), threading.Thread), isinstance(threading.current_thread(), threading.Thread))
import logging.handlers

real = queue.Queue()
handler = logging.handlers.QueueListener(real)
print(isinstance(real, queue.Queue), isinstance(queue.SimpleQueue(), queue.SimpleQueue), isinstance(queue.LifoQueue(), queue.Queue))


class Local(threading.local):
    def __init__(self, start):
        self.value = start


local = Local(5)
local.value += 1
seen = []
thread = threading.Thread(target=lambda: seen.append(local.value))
thread.start()
thread.join()
print(local.value, seen)


class Stoppable(threading.Thread):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.wanted = threading.Event()

    def run(self):
        self.wanted.wait()
        super().run()


one = Stoppable(target=print, args=("stopped",), name="stoppable", daemon=True)
one.start()
one.wanted.set()
one.join()
print(one.name, one.is_alive(), one.daemon, Stoppable.__mro__[1], issubclass(Stoppable, threading.Thread))


class Priority(queue.PriorityQueue):
    def _put(self, item):
        super()._put((-item, item))

    def _get(self):
        return super()._get()[1]


ordered = Priority()
for item in (1, 3, 2):
    ordered.put(item)
print([ordered.get() for _ in range(3)], ordered.empty())


@functools.singledispatch
def kind(value):
    return "other"


@kind.register
def _(value: Path):
    return "path"


@kind.register(int)
def _(value):
    return "int"


print(kind(Path("x")), kind(3), kind("x"))
print(type(threading.Lock()).__name__, threading.RLock().__class__.__name__, threading.Event.__module__, threading.Thread.__qualname__)
print(callable(print), print.__name__, open.__name__, inspect.isbuiltin(len))
