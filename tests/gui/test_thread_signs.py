"""The badges of threads: each has its number inside of its shape, and one colour wherever the thread is shown."""

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from engine.frame import Phase
from engine.scenarios import catalogue
from gui.app import Theatre, assemble
from gui.theme import theme
from gui.theme.theme import NAMES, SCHEMES, thread_colour, thread_text
from gui.view_state.window_settings import WindowLayout
from gui.widgets.drawing import badge

GUI = Path(__file__).resolve().parent.parent.parent / "gui"
TEN = """\
import threading
lock = threading.Lock()
begin = threading.Barrier(10)
def work():
    begin.wait()
    with lock:
        print("mine", threading.current_thread().name)
workers = [threading.Thread(target=work, name=f"Worker-{n}") for n in range(1, 11)]
for one in workers:
    one.start()
for one in workers:
    one.join()
"""


@pytest.mark.parametrize("side", [16, 20, 32])
@pytest.mark.parametrize("name", ["M", *map(str, range(1, 13)), "46", "P12", "P1.2", "A3"])
def test_that_a_number_stands_inside_of_its_shape(qapp: QApplication, name: str, side: int) -> None:
    made = theme.make("dark", compact=side == 16)
    image = badge(made, name, 1.0, side).toImage().convertToFormat(QImage.Format.Format_ARGB32)
    ink = QColor(made.colours.ink).rgb()
    inked = [(x, y) for x in range(image.width()) for y in range(image.height()) if image.pixel(x, y) == ink]
    assert inked
    for x, y in inked:
        around = [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
        assert all(QColor.fromRgba(image.pixel(*one)).alpha() == 255 for one in around), (x, y)


@pytest.fixture
def theatre(qtbot: QtBot, tmp_path: Path) -> "Callable[[str], Theatre]":
    """Opens a window of a theme in which ten threads have run."""
    opened: list[Theatre] = []
    (tmp_path / "ten.py").write_text(TEN)

    def run(name: str) -> Theatre:
        made = assemble((replace(catalogue.from_file(tmp_path / "ten.py"), id="ten"),), WindowLayout(theme=name))
        opened.append(made)
        qtbot.addWidget(made.window)
        made.window.resize(1920, 1800)  # so high that all ten lanes are in sight
        made.window.show()
        made.controller.open("ten")
        made.controller.turn_to("waits")
        for _ in range(2):  # from the second run on there is room for as many lanes as there were
            made.controller.run()
            qtbot.waitUntil(lambda: _ended(made), timeout=30_000)
        for _ in range(3):
            QApplication.processEvents()
            made.driver.tick()
        return made

    yield run
    for made in opened:
        made.close()


def _ended(made: Theatre) -> bool:
    made.driver.tick()
    return made.driver.frame.run.phase is Phase.ENDED


def colours_of(widget: QWidget) -> set[str]:
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint32)
    return {f"#{one:06x}" for one in np.unique(pixels & 0xFFFFFF)}


@pytest.mark.parametrize("name", NAMES)
def test_that_a_thread_has_one_colour_in_lanes_locks_graph_and_output(
    theatre: "Callable[[str], Theatre]", name: str
) -> None:
    made = theatre(name)
    badges = [lane.badge for lane in made.driver.frame.recording.lanes]
    assert badges == ["M", *map(str, range(1, 11))]
    panels = {part.info.id: part.panel.widget for part in made.driver.parts}
    colours = SCHEMES[name]
    lanes, output = colours_of(panels["timeline"]), colours_of(panels["output"])
    assert {thread_colour(colours, one) for one in badges} <= lanes
    assert {thread_colour(colours, one) for one in badges[1:]} <= output
    assert {thread_text(colours, one) for one in badges[1:]} <= output
    locks = made.driver.frame.recording.holders
    assert len({int(one) for one in locks[0].threads if one}) == 10, "each held it, and so has its hue in the row"
    assert {thread_colour(colours, one) for one in badges[:8]} <= colours_of(panels["waits"])


def test_that_nobody_takes_a_threads_colour_past_the_functions_for_it() -> None:
    found = []
    for file in sorted(GUI.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("threads", "thread_texts"):
                owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
                if owner == "colours":
                    found.append(file.name)
    # A bar of the comparison is grey like the main thread; a curve of a watched value has a name beside its colour.
    assert set(found) <= {"theme.py", "bars.py", "watch_strips.py"}
