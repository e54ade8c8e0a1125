"""Pieces of output: which of them end a line of a terminal."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from engine.analysis.output import Output
from engine.session.session import Session

Open = Callable[..., Session]

ROOT = Path(__file__).parent.parent.parent


def test_that_a_piece_without_a_newline_leaves_its_line_open() -> None:
    output = Output()
    output.overhear("one\ntwo", 0.5)
    assert [(line.text, line.open) for line in output.lines] == [("one", False), ("two", True)]


def test_that_each_line_is_a_row_of_its_own_however_it_was_printed(open_program: Open, tmp_path: Path) -> None:
    program = tmp_path / "rows.py"
    program.write_text(
        "import sys\n"
        "print('a', 'b', sep='\\n')\n"
        "print('c\\nd', end='|')\n"
        "print('e', 'f', sep='\\n\\n', end='.\\n')\n"
        "sys.stdout.write('g\\nh')\n"
        "sys.stdout.write('i\\x0bj\\u2028k\\n')\n"
    )
    session = open_program(program)
    session.run()
    frame = session.wait(60)
    rows = [(line.text, line.open) for line in frame.recording.output]
    assert rows == [
        ("a", False), ("b", False), ("c", False), ("d", True), ("|e", False), ("", False), ("f.", False),
        ("g", False), ("h", True), ("i\x0bj\u2028k", False),
    ]  # fmt: skip
    done = subprocess.run([sys.executable, str(program)], capture_output=True, timeout=60, check=True)
    assert session.summary()["output"].encode() == done.stdout


def test_that_the_headless_run_prints_pieces_as_a_terminal_shows_them(tmp_path: Path) -> None:
    program = tmp_path / "pieces.py"
    program.write_text("print('a', end=' ')\nprint('b', end=' ')\nprint('c')\nprint('d')\n")
    command = [sys.executable, str(ROOT / "main.py"), "run", str(program)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[:2] == ["a b c", "d"]
