"""What a text says of values that can be watched: the one that is pointed at, what is meant, the likeliest."""

from __future__ import annotations

import pytest

from engine.analysis.watchable import expression_at, guess, suggestions, target_at, unwatchable, watchable
from engine.protocol.messages import NoWatch
from engine.protocol.watch_path import read_path

TEXT = """
import bank, threading
from multiprocessing import Value
total = 0
items = []
balances = [1, 2]
by = {"a": 1}
shared = Value("i", 0)
lock = threading.Lock()
title = "x"
class Account:
    rate = 2
    def __init__(self):
        self.balance = 0
        self.log = []
        self.__secret = 1
    def add(self, amount):
        self.balance += amount
        self.log.append(amount)
class Worker(threading.Thread):
    def __init__(self, account: Account):
        self.account = Account()
    def run(self):
        self.account.balance += 1
def work(n):
    global total
    mine = Account()
    mine.balance += n
    total += n
    balances[0] += n
    balances[n] += n
    by["a"] += 1
    items.append(n)
    bank.total += 1
    shared.value += 1
    print(len(items), Account.rate, "é", total)
account = Account()
account.add(3)
"""


@pytest.mark.parametrize(
    ("line", "pointed", "expected"),
    [
        ("total = 0", "total", "total"),
        ("items = []", "items", "len(items)"),
        ("    global total", "total", "total"),
        ("    total += n", "total", "total"),
        ("    rate = 2", "rate", "Account.rate"),
        ("        self.balance = 0", "balance", "Account.balance"),
        ("        self.balance = 0", "self", "Account.balance"),
        ("        self.log.append(amount)", "log", "len(Account.log)"),
        ("        self.log.append(amount)", "append", ""),
        ("        self.__secret = 1", "secret", "Account.__secret"),
        ("        self.account.balance += 1", "balance", "Worker.account.balance"),
        ("        self.account.balance += 1", "account", "Worker.account.balance"),
        ("    mine.balance += n", "balance", "Account.balance"),
        ("    balances[0] += n", "balances", "balances[0]"),
        ("    balances[0] += n", "0", "balances[0]"),
        ("    balances[n] += n", "balances", "len(balances)"),
        ('    by["a"] += 1', "by", "by['a']"),
        ("    items.append(n)", "items", "len(items)"),
        ("    bank.total += 1", "total", "bank.total"),
        ("    bank.total += 1", "bank", "bank.total"),
        ("    shared.value += 1", "value", "shared.value"),
        ("    shared.value += 1", "shared", "shared.value"),
        ('    print(len(items), Account.rate, "é", total)', "len", "len(items)"),
        ('    print(len(items), Account.rate, "é", total)', "(items", "len(items)"),
        ('    print(len(items), Account.rate, "é", total)', "items", "len(items)"),
        ('    print(len(items), Account.rate, "é", total)', "rate", "Account.rate"),
        ('    print(len(items), Account.rate, "é", total)', "total", "total"),
        ('    print(len(items), Account.rate, "é", total)', "print", ""),
        ("lock = threading.Lock()", "lock", ""),
        ('title = "x"', "title", ""),
        ("class Account:", "Account", ""),
        ("account = Account()", "account", ""),
        ("account.add(3)", "add", ""),
    ],
)
def test_that_pointing_at_a_letter_means_a_value(line: str, pointed: str, expected: str) -> None:
    number = TEXT.split("\n").index(line) + 1
    assert expression_at(TEXT, number, line.index(pointed)) == expected
    assert expression_at(TEXT, number, line.index(pointed) + len(pointed) - 1) == expected


def test_that_a_name_of_a_function_says_that_it_is_one() -> None:
    line = "        self.balance += amount"
    target = target_at(TEXT, TEXT.split("\n").index(line) + 1, line.index("amount"))
    assert (target.expression, target.reason, target.detail) == ("", NoWatch.LOCAL, "amount")


@pytest.mark.parametrize("text", ["", "x = (", "a\0b", "x = " + "(" * 300])
def test_that_text_that_is_no_python_has_nothing_to_point_at(text: str) -> None:
    assert expression_at(text, 1, 0) == ""
    assert guess(text) == suggestions(text) == ()
    assert unwatchable(f"{text}(", read_path("x")) == (None, "")


@pytest.mark.parametrize("at", [(0, 0), (1, 0), (1, 500), (900, 0), (4, -1)])
def test_that_beside_the_text_there_is_nothing(at: tuple[int, int]) -> None:
    assert expression_at(TEXT, *at) == ""


THREAD = "import threading\nthreading.Thread(target=work).start()\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n = m = 0\ndef work():\n    global n, m\n    m = 3\n    n += 1\n", "n"),
        ("n = 0\ndef work():\n    global n\n    seen = n\n    n = seen + 1\n", "n"),
        ("n = m = 0\ndef work():\n    global n, m\n    m = 3\n    n = n + 1\n", "n"),
        ("n = 0\ndef add():\n    global n\n    n += 1\ndef work():\n    add()\n", "n"),
        ("got = []\ndef work():\n    got.append(1)\n", "len(got)"),
        ("d = {'a': 1}\ndef work():\n    d['a'] += 1\n", "d['a']"),
        ("class A:\n    def __init__(self): self.n = 0\n    def work(self): self.n += 1\nwork = A().work\n", "A.n"),
        ("n = 0\ndef other():\n    global n\n    n += 1\ndef work(): pass\nother()\n", "n"),
        ("n = 0\ndef work():\n    n = 3\n", ""),
        ("def work():\n    n = 3\n    n += 1\n", ""),
        ("n = 0\ndef work(): print(n)\n", ""),
    ],
)
def test_that_the_likeliest_shared_value_is_what_threads_write(text: str, expected: str) -> None:
    assert guess(text + THREAD) == tuple(filter(None, [expected]))


def test_that_a_program_without_threads_has_no_likely_value() -> None:
    assert guess("n = 0\ndef f():\n    global n\n    n += 1\nf()\n") == ()


def test_that_self_is_understood_where_one_class_has_the_attribute() -> None:
    assert watchable(TEXT, " self.balance ") == "Account.balance"
    assert watchable(TEXT, "len(self.log)") == "len(Account.log)"
    assert watchable(TEXT, "self.nothing") == "self.nothing"
    assert watchable(TEXT, "total") == "total"


def test_that_what_the_text_does_not_name_is_refused_unless_it_may_come_by_other_ways() -> None:
    assert unwatchable("n = 1", read_path("m")) == (NoWatch.ABSENT, "m")
    assert unwatchable("globals()['m'] = 1", read_path("m")) == (None, "")
    assert unwatchable("def f(m): pass", read_path("m.n")) == (NoWatch.LOCAL, "m")


def test_that_suggestions_name_what_the_text_names_most_first() -> None:
    found = suggestions(TEXT)
    assert found[0] == "total"
    assert {"total", "len(items)", "balances[0]", "bank.total"} <= set(found)
