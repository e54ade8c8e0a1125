"""How far a run has come: in words, in the status bar, and without jumping around."""

from dataclasses import replace

import numpy as np
import pytest

from engine.frame import Ended, Frame, Phase, Tasks
from gui.panels.status import Status
from gui.view_state.run_progress import progress
from tests.gui import frames
from tests.gui.frames import changed

LIVE = changed(Frame(), number=1, phase=Phase.RUNNING)


def _tasks(done: int, submitted: int) -> Tasks:
    return replace(LIVE.recording.tasks, submitted=submitted, done=done)


@pytest.mark.parametrize(
    ("now", "plan", "speed", "words"),
    [
        (12.4, 37.4, 10.0, "12 of about 37 s · 2.5 s left at 10×"),
        (12.4, 37.4, 1.0, "12 of about 37 s · 25 s left"),
        (0.0, 3.2, 1.0, "0.0 of about 3.2 s · 3.2 s left"),
        (36.99, 37.0, 1.0, "36 of about 37 s · 0.1 s left"),
        (37.9, 37.0, 1.0, "37 of about 37 s"),
        (41.5, 37.0, 5.0, "41 s, longer than expected (37 s)"),
    ],
)
def test_that_the_words_say_what_is_over_and_what_is_left(now: float, plan: float, speed: float, words: str) -> None:
    come = progress(changed(LIVE, now=now, plan=plan, speed=speed))
    assert come is not None
    assert come.words == words
    assert come.share == pytest.approx(min(1.0, now / plan))


def test_that_tasks_are_counted_with_a_plan_and_without() -> None:
    come = progress(changed(LIVE, tasks=_tasks(5, 9)))
    assert come is not None
    assert (come.share, come.words) == (None, "5 of 9 tasks")
    both = progress(changed(LIVE, now=3.0, plan=30.0, tasks=_tasks(5, 9)))
    assert both is not None
    assert both.words == "3 of about 30 s · 27 s left · 5 of 9 tasks"


@pytest.mark.parametrize(
    "frame",
    [
        LIVE,
        changed(LIVE, plan=0.0),
        changed(LIVE, phase=Phase.STARTING, plan=9.0),
        changed(LIVE, phase=Phase.ENDED, ended=Ended.FINISHED, plan=9.0),
    ],
)
def test_that_there_is_no_progress_to_speak_of_without_a_plan_or_a_run(frame: Frame) -> None:
    assert progress(frame) is None


def test_that_the_words_change_seldom_while_a_long_run_goes_on() -> None:
    times = np.arange(0.0, 37.0, 1 / 60)
    words = [come.words for now in times if (come := progress(changed(LIVE, now=float(now), plan=37.0))) is not None]
    changes = sum(a != b for a, b in zip(words, words[1:], strict=False))
    assert changes < 37 * 2 + 100  # whole seconds, tenths in the last ten


def test_that_the_status_bar_shows_it_while_the_run_goes_on_and_then_how_it_ended(stand) -> None:  # type: ignore[no-untyped-def]
    bar = stand(Status, (1280, 24), compact=True)
    bar.draw(changed(frames.running(), now=12.4, plan=37.4, speed=10.0))
    assert bar.bar.isVisible()
    assert bar.bar.share == pytest.approx(12.4 / 37.4)
    assert bar.progress.text() == "12 of about 37 s · 2.5 s left at 10×"
    assert bar.state.text() == "running"
    bar.draw(changed(frames.small(), plan=37.4))
    assert not bar.bar.isVisible()
    assert bar.progress.text() == ""
    assert bar.state.text().startswith("finished")


def test_that_nothing_beside_the_words_moves_while_they_get_shorter(stand) -> None:  # type: ignore[no-untyped-def]
    bar = stand(Status, (1280, 24), compact=True)
    lefts = set()
    for now in (10.2, 20.7, 29.95, 36.8):
        bar.draw(changed(frames.running(), now=now, plan=37.4, speed=1.0))
        bar.layout().activate()
        lefts.add(bar.bar.x())
    assert len(lefts) == 1


@pytest.mark.parametrize("wide", [1280, 1024])
def test_that_it_has_its_room_in_a_small_window(stand, wide: int) -> None:  # type: ignore[no-untyped-def]
    bar = stand(Status, (wide, 24), compact=True)
    python = replace(frames.PYTHON, version="3.11.7")
    for now, speed in ((12.4, 10.0), (41.5, 10.0), (12.4, 1.0)):
        bar.draw(changed(frames.running(), now=now, plan=37.4, speed=speed, tasks=_tasks(5, 9), interpreter=python))
        bar.layout().activate()
        assert bar.width() == wide, "it asks for more than there is"
    assert bar.progress.width() >= bar.progress.fontMetrics().horizontalAdvance(bar.progress.text())
    assert bar.progress.geometry().right() <= wide
