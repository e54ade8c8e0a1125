"""Windows of many sizes come to rest: a short form of `python -m bench layout`."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from gui.widgets.later import Later

ROOT = Path(__file__).resolve().parent.parent.parent


def test_that_nothing_is_sized_within_its_own_sizing_and_every_layout_settles() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "layout", "--each", "1", "--step", "66"],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "; 0 with a resize inside of itself or unsettled" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("7 windows")


class Counted(QObject):
    """Counts how often it was told to do something."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0
        self.later = Later(self, self.do)

    def do(self) -> None:
        self.times += 1


def test_that_what_is_asked_for_often_is_done_once_and_later(qapp: QApplication) -> None:
    one = Counted()
    for _ in range(3):
        one.later.ask()
    assert one.times == 0
    qapp.processEvents()
    assert one.times == 1
    one.later.ask()
    qapp.processEvents()
    assert one.times == 2
