"""What tests of the real program share: where they look, and what they compare it with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QRect

from engine.scenarios import catalogue
from gui.panels.lessons import Lessons
from gui.theme import theme
from tests.gui.floor_plan import FloorPlan
from tests.gui.stage_screen import Pixels, Program, until

SCENARIOS = tuple(one.id for one in catalogue.load((catalogue.OWN_FOLDER,)))  # in the order of the list
CARDS = ("lessons", "timeline", "code", "output", "switches", "knobs", "verdict", "lesson")
ALIKE = 0.99  # of the pixels; all of them are, where both platforms of Qt smooth letters alike
DARK, LIGHT, CONTRAST = theme.DARK, theme.LIGHT, theme.CONTRAST


def alike(one: Pixels, other: Pixels) -> float:
    """The share of pixels that are the same."""
    return float(np.mean(one == other)) if one.shape == other.shape else 0.0


def see(program: Program, plan: FloorPlan, words: str, panels: Sequence[str] = CARDS) -> None:
    """Waits until these panels look as they do in the plan."""
    wanted = {name: (plan.box(plan.panel(name)), plan.picture(plan.panel(name))) for name in panels}

    def others() -> list[str]:
        return [name for name, (box, seen) in wanted.items() if alike(program.screen.grab(box), seen) < ALIKE]

    until(lambda: not others(), lambda: f"{words}; otherwise: {', '.join(others())}")


def count(pixels: Pixels, colour: str) -> int:
    """How many pixels have exactly this colour."""
    return int(np.count_nonzero(pixels == int(colour[1:], 16)))


def open_lesson(program: Program, plan: FloorPlan, name: str) -> None:
    """Clicks on a scenario in the list, where all of them have room."""
    lessons = plan.panel("lessons")
    assert isinstance(lessons, Lessons)
    row = next(row for row in lessons.rows if row.info.id == name)
    program.click(plan.box(row))
    until(lambda: program.title() == f"Thread Theatre - {row.info.title}", f"{name} in the title bar")


def ground(program: Program, plan: FloorPlan) -> str:
    """The colour between the cards."""
    corner = plan.box(plan.panel("timeline")).bottomRight()
    return f"#{int(program.screen.grab(QRect(corner.x() + 3, corner.y() - 20, 1, 1))[0, 0]):06x}"
