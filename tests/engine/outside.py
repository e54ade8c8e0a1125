"""A program outside and inside: how it ends by itself, and how it ends on the stage."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from engine.frame import OutputPiece
from engine.frame.launch import joined
from engine.session.session import Session

PATIENCE = 60  # seconds; far more than any of these programs takes
INTERRUPTED = 130  # what a shell shows for a program that an interrupt ended
# On Windows what goes into a pipe has another encoding than what goes to a terminal; on the stage it is a terminal's.
TERMINAL = {"PYTHONIOENCODING": "utf-8:surrogateescape"} if os.name == "nt" else {}


@dataclass(frozen=True)
class Ending:
    """Exit status and what was printed."""

    status: int
    out: str
    err: str


def outside(path: Path, executable: str = sys.executable) -> Ending:
    """Runs it as its author would."""
    return command([executable, str(path)], path.parent, PYTHONDONTWRITEBYTECODE="1")


def command(words: Sequence[str], folder: Path, **variables: str) -> Ending:
    """What somebody types in this folder, with nobody to answer."""
    done = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        cwd=folder,
        env={**os.environ, **TERMINAL, **variables},
    )
    status = INTERRUPTED if done.returncode == -2 else done.returncode
    return Ending(status, printed(done.stdout), printed(done.stderr))


def printed(data: bytes) -> str:
    """What came out of a pipe, with plain ends of lines."""
    return data.decode().replace(os.linesep, "\n")


def typed(piece: OutputPiece) -> str:
    """A piece of output as it stood in a terminal."""
    return piece.text if piece.open else f"{piece.text}\n"


def inside(
    open_program: Callable[..., Session],
    path: Path,
    executable: str = sys.executable,
    *,
    words: Sequence[str] = (),
    module: str = "",
    called: str = "",
) -> Ending:
    """Runs it on a stage of its own, `words` are its arguments."""
    session = open_program(path, executable=executable)
    try:
        usual = session.frame.program.launch
        session.set_launch(replace(usual, arguments=joined(words), module=module, called=called))
        session.run()
        frame = session.wait(PATIENCE)
        assert frame.run.ended is not None
        assert frame.recording.output_left_out == frame.recording.dropped == 0
        out = "".join(typed(piece) for piece in frame.recording.output if not piece.error)
        err = "".join(typed(piece) for piece in frame.recording.output if piece.error)
        return Ending(session.summary()["exit"], out, err)
    finally:
        session.close()
