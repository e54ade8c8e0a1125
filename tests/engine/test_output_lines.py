"""Pieces of output: which of them end a line of a terminal."""

import subprocess
import sys
from pathlib import Path

from engine.output import Output

ROOT = Path(__file__).parent.parent.parent


def test_that_a_piece_without_a_newline_leaves_its_line_open() -> None:
    output = Output()
    output.overhear("one\ntwo", 0.5)
    assert [(line.text, line.open) for line in output.lines] == [("one", False), ("two", True)]
    assert output.text == "one\ntwo"


def test_that_the_headless_run_prints_pieces_as_a_terminal_shows_them(tmp_path: Path) -> None:
    program = tmp_path / "pieces.py"
    program.write_text("print('a', end=' ')\nprint('b', end=' ')\nprint('c')\nprint('d')\n")
    command = [sys.executable, str(ROOT / "main.py"), "run", str(program)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[:2] == ["a b c", "d"]
