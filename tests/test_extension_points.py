"""Adding a plot is adding one file, adding a panel too, adding a scenario is adding a folder: each is really done.

The real window opens in a process of its own, which knows the new file or folder only because it lies there.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

PANEL = '''"""Says how many lanes there are, on a colour that nothing else has."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from engine.frame import Frame
from gui.panel import Commands, Course, PanelInfo, Place
from gui.theme.theme import Theme


class Toy(QWidget):
    def __init__(self, _commands: Commands) -> None:
        super().__init__()
        self.setAccessibleName("Toy")
        self.setMinimumHeight(40)
        self.lanes = 0

    @property
    def widget(self) -> QWidget:
        return self

    def draw(self, frame: Frame) -> None:
        self.lanes = len(frame.recording.lanes)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        for lane in range(self.lanes):
            painter.fillRect(20 * lane, 0, 10, self.height(), QColor("#ff00ff"))
        painter.end()

    def apply_theme(self, theme: Theme) -> None: ...
    def opened(self, course: Course) -> None: ...


PANEL = PanelInfo("toy", "Toy", Place.WHERE, 35, make=Toy, stretch=2)
'''

LOOK = """
import json, sys
sys.path.insert(0, sys.argv[1])
import PACKAGE
PACKAGE.__path__.append(sys.argv[2])

from gui import app
from tests.gui import frames

application = app.application()
theatre = app.assemble(())
theatre.window.resize(1600, 900)
theatre.window.show()
theatre.controller.turn_to("toy")
for _ in range(3):
    theatre.driver.draw(frames.small())
    application.processEvents()
(toy,) = (part.panel for part in theatre.driver.parts if part.info.id == "toy")
image, corner = theatre.window.grab().toImage(), toy.mapTo(theatre.window, toy.rect().topLeft())
row = [image.pixelColor(corner.x() + x, corner.y() + 5).name() == "#ff00ff" for x in range(toy.width())]
shown = [part.info.id for part in theatre.driver.parts if part.panel.widget.isVisible()]
ours = [module for name, module in sys.modules.items() if name.startswith(("gui.", "engine."))]
files = [getattr(module, "__file__", None) for module in ours]
print(json.dumps({
    "bars": sum(now and not before for before, now in zip([False, *row], row)),
    "lanes": len(frames.small().recording.lanes),
    "faults": [one.title for one in theatre.driver.faults],
    "shown": shown,
    "foreign": [file for file in files if file and not file.startswith(sys.argv[1])],
}))
theatre.close()
"""


def told(script: str, *arguments: Path, **environment: str) -> dict[str, object]:
    """What a script of its own process prints last."""
    done = subprocess.run(
        [sys.executable, "-c", script, str(ROOT), *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        timeout=100,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("package", "place"), [("gui.plots", "DECK"), ("gui.panels", "RIGHT")])
def test_that_a_plot_or_a_panel_of_one_file_is_seen_in_the_window(tmp_path: Path, package: str, place: str) -> None:
    file = tmp_path / "toy.py"
    file.write_text(PANEL.replace("WHERE", place))
    found = told(LOOK.replace("PACKAGE", package), tmp_path)
    assert found["faults"] == []
    assert found["bars"] == found["lanes"] != 0, "one bar for each lane of the frame, painted in the window"
    assert {"toy", "timeline", "code", "verdict"} <= set(found["shown"])  # type: ignore[call-overload]
    assert found["foreign"] == [str(file)], "nothing else was added"


PROGRAM = '''"""The main thread reads a bill before it is made."""

import threading

ITEMS = 4  # 1..9

bill = 0
read = threading.Event()


def add():
    global bill
    read.wait()
    bill = ITEMS


adder = threading.Thread(target=add, name="Adder")
adder.start()
result = bill
read.set()
adder.join()
'''
SCENARIO = """title = "The bill"
group = "Toys"
order = 1
summary = "A bill is read before it is made."
expected = "ITEMS"
found = "result"
wrong = "The bill was read as {found} before it was {expected}."
"""

RUN = """
import json, sys
sys.path.insert(0, sys.argv[1])
from engine.frame import Phase
from engine.scenarios import catalogue
from gui import app

application = app.application()
theatre = app.assemble(catalogue.load())
theatre.window.resize(1600, 900)
theatre.window.show()
theatre.controller.open("bill")
theatre.controller.run()
theatre.driver.start()
while theatre.driver.frame.run.phase is not Phase.ENDED:
    application.processEvents()
theatre.driver.stop()
frame = theatre.driver.frame
parts = {part.info.id: part.panel.widget for part in theatre.driver.parts}
print(json.dumps({
    "title": theatre.window.windowTitle(),
    "listed": [one.title for one in theatre.controller.course.scenarios if one.group == "Toys"],
    "lanes": [lane.name for lane in frame.recording.lanes],
    "result": [frame.result.expected, frame.result.found, frame.result.right],
    "verdict": [parts["verdict"].expected.text(), parts["verdict"].found.text()],
    "lesson": parts["lesson"].browser.toPlainText(),
    "faults": [one.title for one in theatre.driver.faults],
}))
theatre.close()
"""


def test_that_a_scenario_of_one_folder_runs_and_its_bug_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "bill"
    folder.mkdir()
    (folder / "program.py").write_text(PROGRAM)
    (folder / "scenario.toml").write_text(SCENARIO)
    (folder / "lesson.md").write_text("# The bill\n\nWho reads first?\n")
    found = told(RUN, THREAD_THEATRE_SCENARIOS=str(tmp_path))
    assert found["faults"] == []
    assert found["listed"] == ["The bill"]
    assert "The bill" in str(found["title"])
    assert "Who reads first?" in str(found["lesson"])
    assert found["lanes"] == ["MainThread", "Adder"]
    assert found["result"] == [4, 0, False]
    assert found["verdict"] == ["4", "0"]
