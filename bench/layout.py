"""Windows of every height and many widths, with much and with little in the right column: whether layouts come to rest.

Counts what was resized inside of a resize of its own, and layouts that two passes of the event loop have not settled:
both have to be 0. Each window is drawn from a number, so that `--seed N --only K` shows it again.
"""

import argparse
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtWidgets import QApplication, QWidget

from engine.frame import Finding, Frame, Knob, Switch
from engine.frame.finding import LostUpdate, NotJoined
from engine.scenarios.scenario import SwitchNote
from gui import app
from gui.panel import Course
from gui.view_state.window_settings import WindowLayout
from tests.gui import frames
from tests.gui.frames import changed
from tests.gui.recorded_commands import course

HEIGHTS, WIDTHS = range(640, 1101), (1024, 1366, 1500, 1600, 1920)
TEXTS = (1.0, 1.5, 2.0, 3.0)
SWITCHES, KNOBS, FINDINGS = 12, 8, 5
PASSES = 2  # after which everything stands
MOST_SHOWN = 20
DEEP = 40  # times a widget may be resized inside of itself before the walk breaks that off
WORDS = (
    "the", "lock", "around", "updates", "of", "a", "shared_counter", "seconds", "before_anybody", "reads", "while",
    "one", "WORKERS_THAT_WAIT", "thread", "asks", "what", "was", "written", "by", "it", "milliseconds",
)  # fmt: skip


class CountingApplication(QApplication):
    """Sees every event from before it is delivered until it is: knows what is being resized."""

    nested: ClassVar[Counter[str]] = Counter()  # class of what was resized inside of a resize of its own
    _within: ClassVar[list[int]] = []
    _resize: ClassVar[QEvent.Type] = QEvent.Type.Resize

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        if event.type() is not self._resize:
            return super().notify(receiver, event)
        at = shiboken6.getCppPointer(receiver)[0]
        again = self._within.count(at)
        if again:
            self.nested[_named(receiver)] += 1
        if again > DEEP:
            return True  # else the process dies of it
        self._within.append(at)
        try:
            return super().notify(receiver, event)
        finally:
            self._within.pop()


def _named(receiver: QObject) -> str:
    """A class of ours that it is, or is in."""
    part: QObject | None = receiver
    names = []
    while part is not None and len(names) < 4:
        names.append(type(part).__name__)
        part = part.parent()
    return " in ".join(names)


@dataclass(frozen=True)
class Case:
    """A window, and what is in it."""

    number: int
    width: int
    height: int
    text: float
    switches: int
    knobs: int
    findings: int
    kind: str  # of the run

    def __str__(self) -> str:
        return (
            f"{self.number}: {self.width}x{self.height}, text {self.text:g}, {self.switches} switches, "
            f"{self.knobs} knobs, {self.findings} findings, {self.kind}"
        )


def cases(seed: int, each: int, step: int = 1) -> Iterator[Case]:
    """`each` windows of every `step`th height."""
    dice, heights = random.Random(seed), [height for height in HEIGHTS[::step] for _ in range(each)]
    texts = sorted(dice.choice(TEXTS) for _ in heights)  # all is dressed anew for each, which takes long
    dice.shuffle(heights)
    for number, (height, text) in enumerate(zip(heights, texts, strict=True)):
        yield Case(
            number,
            dice.choice((*WIDTHS, dice.randint(min(WIDTHS), max(WIDTHS)))),
            height,
            text,
            dice.randint(0, SWITCHES),
            dice.randint(0, KNOBS),
            dice.randint(0, FINDINGS),
            dice.choice(("small", "failed", "empty", "running")),
        )


def _said(dice: random.Random, most: int) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(dice.randint(0, most)))


def _knob(dice: random.Random, at: int) -> Knob:
    name = f"{'_'.join(dice.choice(WORDS) for _ in range(dice.randint(1, 3))).upper()}_{at}"
    unit, note = dice.choice(("", "ms", "milliseconds")), _said(dice, 30)
    return dice.choice((
        Knob(name, 40, 40, 4, low=1, high=10000, unit=unit, note=note),
        Knob(name, 3, 3, 4, low=1, high=9, note=note),
        Knob(name, True, True, 4, note=note),
        Knob(name, "loky", "loky", 4, choices=("loky", "threading"), note=note),
        Knob(name, "one", "one", 4, choices=("one", "two", "three", "a_choice_of_many_letters"), note=note),
        Knob(name, 1.5, 1.5, 4, note=note),
        Knob(name, "text", "text", 4, note=note),
    ))  # fmt: skip


def _finding(dice: random.Random) -> Finding:
    if dice.random() < 0.5:
        return NotJoined(thread=_said(dice, 4) or "Writer", line=22, time=0.05, threads=(3,), ran_out=False, went_on=False)  # fmt: skip # noqa: E501
    return LostUpdate(
        name=f"shared_{dice.choice(WORDS)}", lost=dice.randint(1, 40), updates=80, found=40, expected=80,
        thread=_said(dice, 3) or "Adder-1", line=15, time=0.1, threads=(2, 3),
    )  # fmt: skip


def dressed(case: Case, seed: int) -> tuple[Course, Frame]:
    """What is open, and what its run has come to."""
    dice = random.Random(f"{seed} {case.number}")
    names = [f"{dice.choice(WORDS)}_{at}" for at in range(case.switches)]
    kinds = ("Lock", "Event", "Semaphore", "Condition")
    notes = {name: SwitchNote(_said(dice, 24), dice.choice(("", "l", "Shift+L"))) for name in names}
    switches = tuple(Switch(name, dice.choice(kinds), dice.random() < 0.8, 6, True) for name in names)
    frame: Frame = getattr(frames, case.kind)()
    listed = course()
    scenario = replace(listed.scenario, id=f"case-{case.number}", switches=notes)
    frame = changed(
        frame,
        own=dice.random() < 0.3,
        switches=switches,
        knobs=tuple(_knob(dice, at) for at in range(case.knobs)),
        findings=tuple(_finding(dice) for _ in range(case.findings)),
    )
    return replace(listed, scenario=scenario), frame


def seen(window: QWidget) -> dict[int, tuple[str, QRect]]:
    """Where every widget is that is shown."""
    shown = (widget for widget in window.findChildren(QWidget) if widget.isVisible())
    return {shiboken6.getCppPointer(one)[0]: (_named(one), one.geometry()) for one in shown}


def _told(box: QRect) -> str:
    return f"{box.x()},{box.y()} {box.width()}x{box.height()}"


def one_pass(theatre: app.Theatre, frame: Frame) -> None:
    """Layouts are asked for, and what is in the frame is drawn."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()
    theatre.driver.draw(frame)
    QApplication.processEvents()


def unsettled(theatre: app.Theatre, case: Case, seed: int) -> list[str]:
    """What moves after so many passes that everything should stand."""
    opened, frame = dressed(case, seed)
    theatre.appearance.enlarge(case.text)
    theatre.window.resize(case.width, case.height)
    theatre.driver.opened(opened)
    theatre.driver.draw(frame)
    for _ in range(PASSES):
        one_pass(theatre, frame)
    before = seen(theatre.window)
    one_pass(theatre, frame)
    one_pass(theatre, frame)
    after = seen(theatre.window)
    moved = [f"{after[at][0]} {_told(box)} {_told(after[at][1])}" for at, (_, box) in before.items() if at in after and after[at][1] != box]  # fmt: skip # noqa: E501
    gone = [name for at, (name, _) in before.items() if at not in after]
    new = [name for at, (name, _) in after.items() if at not in before]
    return [*moved, *(f"{name} is gone" for name in gone), *(f"{name} has come" for name in new)]


def main(arguments: Sequence[str] = ()) -> int:
    """Prints what did not come to rest; returns 1 where there was anything."""
    parser = argparse.ArgumentParser(prog="python -m bench layout", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=12, help="windows of each height")
    parser.add_argument("--step", type=int, default=1, help="only every so many pixels of height")
    parser.add_argument("--only", type=int, default=-1, help="the number of one window")
    options = parser.parse_args(arguments)
    CountingApplication([])
    app.application()
    theatre = app.assemble((), WindowLayout(suspects=False))  # what is suspected comes when it is read
    theatre.window.show()
    began, count, restless, places = time.monotonic(), 0, 0, Counter[str]()
    for case in cases(options.seed, options.each, options.step):
        if options.only not in (-1, case.number):
            continue
        CountingApplication.nested.clear()
        moved, count = unsettled(theatre, case, options.seed), count + 1
        if moved or CountingApplication.nested:
            restless += 1
            places.update(f"within itself: {name}" for name in CountingApplication.nested)
            places.update(f"not settled: {one}" for one in moved)
            if restless <= MOST_SHOWN:
                print(f"{case}\n  {dict(CountingApplication.nested)}\n  {'; '.join(moved[:6])}", flush=True)
    theatre.close()
    theatre.window.close()
    for name, times in places.most_common(MOST_SHOWN):
        print(f"{times:5} {name}")
    took = time.monotonic() - began
    print(f"{count} windows in {took:.0f} s; {restless} with a resize inside of itself or unsettled")
    return int(restless > 0)
