"""Values that the presenter watches: the ways to name one, what is refused and why; what is told was there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.analysis.run_model import RunModel
from engine.frame import Recording, Series
from engine.protocol.messages import NoWatch, RunOrder
from engine.protocol.records import BLOCK
from engine.protocol.watch_path import NotWatchable, read_path
from engine.session.session import Session
from engine.stage.program import Program
from engine.stage.run_services import make_services
from tests.pythons import pythons

Open = Callable[..., Session]


def recorded(text: str, *watches: str) -> Recording:
    """What is known of a program that ran in this process; the end is looked at, and each step of its threads."""
    written = bytearray()
    context = make_services(written.extend)
    complaints: list[str] = []
    program = Program(context, RunOrder(text, "program.py", watches=watches), alone=False)
    context.complain = complaints.append
    program.run()
    assert complaints == []
    context.channel.flush(last=True)
    model, at = RunModel(), 0
    while at < len(written):
        kind, size = BLOCK.unpack_from(written, at)
        model.feed_block(kind, bytes(written[at + BLOCK.size : at + BLOCK.size + size]))
        at += BLOCK.size + size
    return model.recording()


def one(text: str, watch: str) -> Series:
    """The only value of an expression."""
    (series,) = recorded(text, watch).watched
    return series


def why(text: str, watch: str) -> tuple[NoWatch | None, str]:
    """Why it had no value at last."""
    made = recorded(text, watch)
    return made.watches[-1].reason, made.watches[-1].detail


STEPS = """
import threading
step = threading.Event()
"""
SLIM = "class Slim:\n    __slots__ = ('n', '__weakref__')\nslim = Slim()\nslim.n = 4\n"


@pytest.mark.parametrize(
    ("text", "watch", "last"),
    [
        ("total = 7", "total", 7),
        ("total = -7.5", "total", -7.5),
        ("total = True", "total", 1),
        ("class Account: pass\naccount = Account()\naccount.balance = 3", "account.balance", 3),
        ("class Bank: total = 9", "Bank.total", 9),
        ("class Bank: total = 9\nbank = Bank()", "bank.total", 9),
        ("class A: pass\na = A()\na.b = A()\na.b.c = [1, 2]", "len(a.b.c)", 2),
        ("class A: pass\na = A()\na.b = A()\na.b.c = [1, 2]", "a.b.c[-1]", 2),
        (SLIM, "slim.n", 4),
        (SLIM, "Slim.n", 4),
        ("class A:\n    def __init__(self): self.__n = 5\na = A()", "a.__n", 5),
        ("class A:\n    def __init__(self): self.__n = 5\na = A()", "A.__n", 5),
        ("prices = [1, 2.5]", "prices[1]", 2.5),
        ("prices = {'a': 1}", "prices['a']", 1),
        ("grid = {(0, 1): 8}", "grid[0, 1]", 8),
        ("from collections import deque\nd = deque([1])", "d[0]", 1),
        ("from collections import deque\nd = deque([1])", "len(d)", 1),
        ("s = {1, 2, 3}", "len(s)", 3),
        ("s = 'abc'", "len(s)", 3),
        ("from collections import namedtuple\np = namedtuple('P', 'x y')(3, 4)", "p.y", 4),
        ("from enum import IntEnum\nclass E(IntEnum):\n    A = 3\ne = E.A", "e", 3),
        ("class Mine(int):\n    def __int__(self): raise SystemExit\nn = Mine(6)", "n", 6),
        ("from decimal import Decimal\nn = Decimal('2.5')", "n", 2.5),
        ("import ctypes\nn = ctypes.c_int(5)", "n.value", 5),
        ("import functools as f\nclass A:\n    @f.cached_property\n    def n(self): return 3\na = A()\na.n", "a.n", 3),
        ("import multiprocessing.sharedctypes as s\nn = s.Value('i', 12)", "n.value", 12),
        ("n = 2 ** 63 - 1", "n", 2**63 - 1),
        ("n = 2 ** 80", "n", float(2**80)),
    ],
)  # fmt: skip
def test_that_a_value_is_found_by_its_name(text: str, watch: str, last: float) -> None:
    series = one(text, watch)
    assert series.values[-1] == last
    assert series.sampled
    assert series.values.dtype == (np.float64 if isinstance(last, float) else np.int64)


@pytest.mark.parametrize(
    ("text", "watch", "reason", "detail"),
    [
        ("pass", "nothing", NoWatch.ABSENT, ""),
        ("class A: pass\na = A()", "a.n", NoWatch.ABSENT, ""),
        ("d = {}", "d['a']", NoWatch.ABSENT, ""),
        ("d = []", "d[3]", NoWatch.ABSENT, ""),
        ("n = None", "n", NoWatch.NO_NUMBER, "NoneType"),
        ("n = 'text'", "n", NoWatch.NO_NUMBER, "str"),
        ("n = [1]", "n", NoWatch.CONTAINER, "list"),
        ("n = float('nan')", "n", NoWatch.NOT_FINITE, "nan"),
        ("n = float('-inf')", "n", NoWatch.NOT_FINITE, "-inf"),
        ("n = 10 ** 400", "n", NoWatch.TOO_LARGE, ""),
        ("class A:\n    @property\n    def n(self): raise SystemExit\na = A()", "a.n", NoWatch.OWN_CODE, "n"),
        ("class A:\n    def __getattr__(self, name): raise SystemExit\na = A()", "a.n", NoWatch.OWN_CODE, "n"),
        ("class A:\n    def __getattribute__(self, name): raise SystemExit\na = A()", "a.n", NoWatch.OWN_CODE, "n"),
        ("class A:\n    def __len__(self): raise SystemExit\na = A()", "len(a)", NoWatch.OWN_CODE, "__len__"),
        ("class A(list):\n    def __len__(self): raise SystemExit\na = A()", "len(a)", NoWatch.OWN_CODE, "__len__"),
        ("class A:\n    def __getitem__(self, n): raise SystemExit\na = A()", "a[0]", NoWatch.OWN_CODE, "__getitem__"),
        ("class A:\n    def __index__(self): raise SystemExit\na = A()", "a", NoWatch.NO_NUMBER, "A"),
        ("class A:\n    def __float__(self): raise SystemExit\na = A()", "a", NoWatch.NO_NUMBER, "A"),
        ("class D:\n    def __get__(self, *a): raise SystemExit\n    def __set__(self, *a): pass\n"
         "class A: n = D()\na = A()", "a.n", NoWatch.OWN_CODE, "n"),
        ("import threading\nown = threading.local()\nown.n = 1", "own.n", NoWatch.PER_THREAD, ""),
        ("class M(type):\n    @property\n    def __name__(cls): raise SystemExit\nclass A(metaclass=M): pass\na = A()",
         "a", NoWatch.NO_NUMBER, "A"),
    ],
)  # fmt: skip
def test_that_what_has_no_number_says_why_and_runs_no_line_of_the_program(
    text: str, watch: str, reason: NoWatch, detail: str
) -> None:
    made = recorded(text, watch)
    assert made.watched == ()
    assert (made.watches[-1].reason, made.watches[-1].detail) == (reason, detail)


@pytest.mark.parametrize("text", ["class A(dict):\n    def __missing__(self, key): raise SystemExit\nd = A()",
                                  "from collections import defaultdict\nd = defaultdict(int)"])  # fmt: skip
def test_that_to_look_makes_no_default(text: str) -> None:
    assert why(f"{text}\nimport threading\nt = threading.Thread()\nt.start()\nt.join()\nassert not d", "d['a']") == (
        NoWatch.ABSENT, "")  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("", NoWatch.NOT_PYTHON),
        ("total +", NoWatch.NOT_PYTHON),
        ("x = 1", NoWatch.NOT_PYTHON),
        ("a" * 500, NoWatch.NOT_PYTHON),
        ("f()", NoWatch.CALL),
        ("len(a, b)", NoWatch.CALL),
        ("len(f())", NoWatch.CALL),
        ("a.f().b", NoWatch.CALL),
        ("a + b", NoWatch.CALL),
        ("3", NoWatch.CALL),
        ("len(a).b", NoWatch.CALL),
        ("a[i]", NoWatch.INDEX),
        ("a[1:2]", NoWatch.INDEX),
        ("a[[]]", NoWatch.INDEX),
        ("a" + ".b" * 30, NoWatch.CALL),
    ],
)
def test_that_more_than_a_look_is_refused(expression: str, reason: NoWatch) -> None:
    with pytest.raises(NotWatchable) as caught:
        read_path(expression)
    assert caught.value.reason is reason


def test_that_each_step_of_a_thread_is_a_look_so_that_no_value_in_between_is_missed() -> None:
    series = one(f"{STEPS}n = 0\nfor n in range(1, 50):\n    step.set()\n", "n")
    assert series.values.tolist() == list(range(1, 50))


def test_that_a_name_may_come_late_be_deleted_and_come_again() -> None:
    text = f"{STEPS}step.set()\nn = 1\nstep.set()\ndel n\nstep.set()\nn = 2\nstep.set()\nn = 'x'\nstep.set()\nn = 2.5\n"
    series = one(text, "n")
    np.testing.assert_array_equal(series.values, [1.0, np.nan, 2.0, np.nan, 2.5])
    assert sorted(series.times.tolist()) == series.times.tolist()


def test_that_whole_numbers_become_floats_with_the_first_float_and_earlier_pictures_stay() -> None:
    model_values = one(f"{STEPS}n = 1\nstep.set()\nn = 1.5\nstep.set()\nn = 2 ** 70\n", "n").values
    assert model_values.tolist() == [1.0, 1.5, float(2**70)]


def test_that_the_objects_of_a_class_are_each_told_by_the_name_that_the_program_gives_them() -> None:
    text = """
class Account:
    def __init__(self, balance): self.balance = balance
class Gold(Account): pass
one, more, by_name = Account(1), [Account(2), Gold(3)], {"ada": Account(4)}
def main():
    hidden = Account(5)
    import threading
    worker = threading.Thread()
    worker.start()
    worker.join()
    return hidden
kept = [[main()]]
"""
    found = {series.name: series.values[-1] for series in recorded(text, "Account.balance").watched}
    assert found == {"one.balance": 1, "more[0].balance": 2, "more[1].balance": 3, "by_name['ada'].balance": 4,
                     "Account 1.balance": 5}  # fmt: skip


def test_that_of_many_objects_the_first_are_told_and_that_there_are_more() -> None:
    text = "class A:\n    def __init__(self, n): self.n = n\nall = [A(n) for n in range(20)]\n"
    made = recorded(text, "A.n")
    assert len(made.watched) == 6
    assert NoWatch.TOO_MANY in [one.reason for one in made.watches]


def test_that_looking_keeps_no_object_alive() -> None:
    text = """
import gc, weakref, threading
class A:
    def __init__(self): self.n = 1
a = A()
gone = weakref.ref(a)
t = threading.Thread(); t.start(); t.join()
del a
step = threading.Event(); step.set()
assert gone() is None
"""
    recorded(text, "A.n", "a.n", "a")


THREADS = """
import threading, time
lock = threading.Lock()
total = 0
items = []
class Account:
    def __init__(self): self.balance = 0.0
def work(account):
    global total
    for n in range(200):
        with lock:
            total += 1
            account.balance += 0.5
            items.append(n)
def main():
    account = Account()
    crew = [threading.Thread(target=work, args=(account,)) for _ in range(4)]
    for one in crew: one.start()
    for one in crew: one.join()
    return account
account = main()
"""


def test_that_a_real_stage_tells_values_in_the_order_in_which_they_were_there(
    open_program: Open, tmp_path: Path
) -> None:
    path = tmp_path / "given.py"
    path.write_text(THREADS, "utf-8")
    session = open_program(path)
    assert session.frame.program.watches == ("total",)
    assert session.frame.program.guessed
    assert session.watch(("total", "self.balance", "len(items)")) == ()
    assert session.frame.program.watches == ("total", "Account.balance", "len(items)")
    assert not session.frame.program.guessed
    session.run()
    frame = session.wait(60)
    told = {series.name: series for series in frame.recording.watched}
    assert {name: series.values[-1] for name, series in told.items()} == {
        "total": 800, "account.balance": 400.0, "len(items)": 800}  # fmt: skip
    for series in told.values():
        assert np.all(np.diff(series.values) > 0), "a value that was read later is never told before"
        assert np.all(np.diff(series.times) >= 0)


WAITS = """
import threading, time
n, late = 1, 0
gate = threading.Event()
def work():
    global late
    while not gate.is_set():
        late += 1
        time.sleep(0.001)
threading.Thread(target=work, daemon=True).start()
time.sleep(60)
"""


def test_that_a_value_can_be_chosen_while_the_program_runs_and_let_go(open_program: Open, tmp_path: Path) -> None:
    path = tmp_path / "given.py"
    path.write_text(WAITS, "utf-8")
    session = open_program(path)
    session.watch(())
    session.run()
    frame = session.pump()
    while not frame.recording.lanes:
        frame = session.pump()
    assert frame.recording.watched == ()
    session.watch(("late",))
    while len(frame.recording.watched) < 1 or len(frame.recording.watched[0].values) < 3:
        frame = session.pump()
    session.watch(())
    assert frame.recording.watched[0].name == "late", "what was seen stays"
    session.stop()
    session.wait(30)


def test_that_what_the_text_refuses_is_said_at_once(open_program: Open, tmp_path: Path) -> None:
    path = tmp_path / "given.py"
    path.write_text(THREADS, "utf-8")
    session = open_program(path)
    found = session.watch(("n", "totl", "work()", "items[i]", "total"))
    assert {one.expression: one.reason for one in found} == {
        "n": NoWatch.LOCAL,
        "totl": NoWatch.ABSENT,
        "work()": NoWatch.CALL,
        "items[i]": NoWatch.INDEX,
    }
    assert session.frame.program.watches == ("total",)
    many = session.watch(tuple(f"items[{n}]" for n in range(9)))
    assert [one.reason for one in many] == [NoWatch.TOO_MANY] * 3


def test_that_a_name_of_a_module_beside_the_program_is_found(open_program: Open, tmp_path: Path) -> None:
    (tmp_path / "bank.py").write_text("total = 0\ndef add():\n    global total\n    total += 5\n", "utf-8")
    path = tmp_path / "given.py"
    path.write_text("import bank\nimport threading\nt = threading.Thread(target=bank.add)\nt.start()\nt.join()\n")
    session = open_program(path)
    assert session.watch(("bank.total",)) == ()
    session.run()
    (series,) = session.wait(60).recording.watched
    assert (series.name, series.values[-1]) == ("bank.total", 5)


def test_that_other_processes_have_values_of_their_own(open_program: Open, tmp_path: Path) -> None:
    path = tmp_path / "given.py"
    path.write_text(
        """
import multiprocessing
n = 0
context = multiprocessing.get_context("spawn")
shared = context.Value("i", 0)
def work(shared):
    global n
    n = 99
    with shared.get_lock():
        shared.value += 7
if __name__ == "__main__":
    one = context.Process(target=work, args=(shared,))
    one.start()
    one.join()
""",
        "utf-8",
    )
    session = open_program(path)
    assert session.watch(("n", "shared.value")) == ()
    session.run()
    frame = session.wait(60)
    told = {series.name: series.values.tolist() for series in frame.recording.watched}
    assert told["n"] == [0]
    assert told["shared.value"] == [0, 7]


@pytest.mark.parametrize("executable", pythons())
def test_that_each_python_tells_the_same_values(executable: str, open_program: Open, tmp_path: Path) -> None:
    path = tmp_path / "given.py"
    path.write_text(
        """
import threading
class Account:
    def __init__(self, balance): self.balance, self.__secret = balance, [1, 2, 3]
    @property
    def twice(self): raise SystemExit
class Slim:
    __slots__ = ("n",)
one, two = Account(1), Account(2.5)
slim = Slim()
slim.n = 4
def work(): one.balance += 10
t = threading.Thread(target=work)
t.start()
t.join()
""",
        "utf-8",
    )
    session = open_program(path, executable=executable)
    assert session.watch(("self.balance", "Slim.n", "len(Account.__secret)", "one.twice")) == ()
    session.run()
    session.wait(60)
    told = {one["name"]: one["last"] for one in session.summary()["watched"]}
    assert told == {
        "one.balance": 11,
        "two.balance": 2.5,
        "slim.n": 4,
        "len(one.__secret)": 3,
        "len(two.__secret)": 3,
        "one.twice": None,
    }
