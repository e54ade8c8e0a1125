"""Runs a copy of a program in a folder made for it, as `run` runs it from there."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from engine.frame import Folder, Frame, Launch
from engine.scenarios import catalogue
from engine.session.session import Session


@contextlib.contextmanager
def ran_in_a_folder(program: Path, executable: str, patience: float) -> Iterator[tuple[Frame, Path]]:
    """How it ended, after so many seconds at most, and the folder, which is removed afterwards."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(program, folder))
        os.chdir(folder)
        try:
            with closing(Session(catalogue.from_file(Path(copy.name), Path(folder)), executable)) as session:
                session.set_launch(Launch("", "", Folder.CURRENT, copy.name))
                session.run()
                session.end_input(shown=False)
                yield session.wait(patience), Path(folder)
        finally:
            os.chdir(before)
