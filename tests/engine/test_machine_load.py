"""How busy the machine was before a run."""

from collections.abc import Callable
from typing import NoReturn

import psutil
import pytest

from engine.frame import BUSY, RunState
from engine.session.machine_load import LEAST, Look, MachineLoad, look, others
from engine.session.session import Session


def test_that_the_share_of_others_is_what_was_busy_without_this_process() -> None:
    begin = Look(10.0, 100.0, 400.0, 7.0)
    assert others([begin, Look(12.0, 103.0, 404.0, 8.0)]) == 0.5  # two cores, two seconds: three busy, one of them ours
    assert others([begin, Look(12.0, 101.0, 404.0, 8.0)]) == 0.0
    assert others([begin, Look(12.0, 100.0, 404.0, 8.0)]) == 0.0, "counters are coarse"
    assert others([begin, Look(12.0, 105.0, 404.0, 7.0)]) == 1.0


def test_that_too_short_a_look_says_nothing() -> None:
    begin = Look(10.0, 100.0, 400.0, 7.0)
    assert others([]) is None
    assert others([begin]) is None
    assert others([begin, Look(10.0 + LEAST / 2, 101.0, 402.0, 7.0)]) is None
    assert others([begin, Look(12.0, 100.0, 400.0, 7.0)]) is None


def test_that_the_counters_of_this_machine_only_grow() -> None:
    first, second = look(), look()
    assert first.when <= second.when
    assert 0 < first.busy <= second.busy + 0.1
    assert first.busy <= first.whole
    assert 0 < first.own <= second.own


def test_that_where_the_counters_cannot_be_read_nothing_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> NoReturn:  # as psutil on Android and on Wine
        raise PermissionError(13, "Permission denied", "/proc/stat")

    monkeypatch.setattr(psutil, "cpu_times", refused)
    load = MachineLoad()
    load.rest()
    load.rest()
    assert load.begin() is None


def test_that_nothing_is_known_without_a_rest_and_a_run_is_then_not_called_disturbed(
    open_program: Callable[..., Session],
) -> None:
    load = MachineLoad()
    load.rest()
    assert load.begin() is None
    session = open_program("calls_sys_exit")
    session.run()
    assert session.wait(30).run.others is None
    assert not session.frame.run.disturbed
    assert RunState(others=BUSY).disturbed
    assert not RunState(others=BUSY / 2).disturbed
