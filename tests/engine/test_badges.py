"""Badges: short names of lanes, given once, by kind and process."""

from engine.analysis.lanes import Badges
from engine.frame import LaneKind


def test_that_threads_are_counted_and_the_main_thread_is_not() -> None:
    badges = Badges()
    assert [badges.of(number, LaneKind.THREAD, "") for number in (1, 2, 40)] == ["M", "1", "2"]
    assert badges.of(40, LaneKind.THREAD, "") == "2", "given once"


def test_that_a_process_has_the_number_of_its_name_whenever_it_reports() -> None:
    badges = Badges()
    found = [badges.of(number, LaneKind.PROCESS, f"ForkProcess-{number // 100}") for number in (300, 100, 200)]
    assert found == ["P3", "P1", "P2"]


def test_that_no_two_processes_share_a_badge() -> None:
    badges = Badges()
    names = ("LokyProcess-1", "Process-1", "Worker", "Process-2")
    found = [badges.of(100 + at, LaneKind.PROCESS, name) for at, name in enumerate(names)]
    assert found[0] == "P1"
    assert len(set(found)) == 4


def test_that_a_thread_of_another_process_is_named_after_it() -> None:
    badges = Badges()
    badges.of(100, LaneKind.PROCESS, "Process-4")
    assert [badges.of(101 + at, LaneKind.THREAD, "Process-4") for at in (0, 1)] == ["P4.1", "P4.2"]
    assert badges.of(3, LaneKind.TASK, "") == "A1"
