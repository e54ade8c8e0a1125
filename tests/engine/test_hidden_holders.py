"""Rows of locks that no facade made, and names in one line."""

import pytest

from engine.analysis.hidden_holders import HiddenHolders, steps
from engine.analysis.run_facts import RunFacts
from engine.protocol.hidden_wait import HiddenWaitFact
from engine.protocol.messages import ThreadFact
from engine.protocol.shown_name import LONGEST, shown_name


def wait(thread: int, owner: int, since: int, until: int = 0, thing: int = 9) -> HiddenWaitFact:
    return HiddenWaitFact(thread, thing, owner, 0, since, until, library="logging")


def test_that_a_library_s_lock_is_held_while_somebody_waits_for_it_and_nobody_knows_in_between() -> None:
    assert steps([wait(2, 3, 10, 20)]) == [(10, 3), (20, 0)]
    assert steps([wait(2, 3, 10, 20), wait(2, 3, 30)]) == [(10, 3), (20, 0), (30, 3)]
    assert steps([wait(4, 3, 15, 40), wait(2, 3, 10, 20)]) == [(10, 3), (40, 0)], "two wait at once"
    assert steps([wait(2, 3, 10, 20), wait(3, 2, 20, 30)]) == [(10, 3), (20, 2), (30, 0)], "it went over"
    assert steps([wait(2, 3, 10), wait(4, 3, 15, 20)]) == [(10, 3)], "one still waits"


def test_that_the_row_of_a_library_s_lock_is_another_object_only_when_it_changed() -> None:
    holders, facts = HiddenHolders(), (wait(2, 3, 10), wait(2, 3, 12, thing=4))
    before = holders.rows(facts, "lock {}".format)
    assert [(one.object, one.name) for one in before] == [(4, "lock 4"), (9, "lock 9")]
    assert holders.rows(facts, "lock {}".format) is before
    after = holders.rows((*facts[:1], wait(2, 3, 12, 20, thing=4)), "lock {}".format)
    assert after[1] is before[1]
    assert after[0] is not before[0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("worker 1", "worker 1"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("first\nsecond\tthird", "first\\nsecond\\tthird"),
        ("Faden \u7dda \U0001f9f5", "Faden \u7dda \U0001f9f5"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("abc\u202edef", "abc\\u202edef"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\ud800", "\\ud800"),
        ("x" * 60, "x" * 60),
    ],
)
def test_that_a_name_stands_in_one_line_and_turns_no_other_words_round(name: str, shown: str) -> None:
    assert shown_name(name) == shown


def test_that_a_very_long_name_keeps_its_begin_and_its_end() -> None:
    cut = shown_name("a" * 500 + "12")
    assert len(cut) == LONGEST
    assert cut.startswith("aaa")
    assert cut.endswith("12")


def test_that_the_names_of_threads_and_processes_are_shown_so_wherever_they_are_told() -> None:
    facts = RunFacts()
    facts.note([ThreadFact(2, "one\ntwo", process="child\r")])
    assert (facts.thread_name(2), facts.thread(2).process) == ("one\\ntwo", "child\\r")
