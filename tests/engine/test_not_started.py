"""Processes that start() could not start: nobody died, and there was nobody to join."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame import FindingKind
from engine.session.session import Session
from engine.words.findings import sentence
from tests.pythons import pythons

PATIENCE = 60  # seconds
TEXT = """
import multiprocessing

if __name__ == "__main__":
    process = multiprocessing.get_context("spawn").Process(target=lambda: None, name="child")
    process.start()
"""
LATER = TEXT.replace(
    "    process.start()",
    """    spare = multiprocessing.get_context("spawn").Process(target=process._target)
    try:
        spare.start()
    except Exception:
        pass
    process.start()""",
)
CAUGHT = TEXT.replace("    process.start()", "    try:\n        process.start()\n    except Exception:\n        pass")


@pytest.mark.parametrize("executable", pythons(), ids=lambda one: Path(one).parent.parent.name)
@pytest.mark.parametrize("text", [TEXT, CAUGHT, LATER], ids=["uncaught", "caught", "another one was caught"])
def test_that_a_process_that_was_not_started_is_told_as_that_and_only_where_the_program_did_not_expect_it(
    open_program: Callable[..., Session], tmp_path: Path, executable: str, text: str
) -> None:
    path = tmp_path / "program.py"
    path.write_text(text)
    session = open_program(path, executable=executable)
    session.run()
    found = session.wait(PATIENCE).result.findings
    kinds = {one.kind for one in found}
    assert not [one for one in found if one.thread == "child" and one.kind is not FindingKind.NOT_STARTED]
    assert FindingKind.NOT_JOINED not in kinds
    if text == CAUGHT:
        assert kinds == set()
        return
    assert FindingKind.EXCEPTION not in kinds, "that would be said twice"
    (told,) = (one for one in found if one.kind is FindingKind.NOT_STARTED)
    assert sentence(told).startswith("child was never started, because start() raised ")
    assert (told.thread, told.line) == ("child", text[: text.index("process.start()")].count("\n") + 1)
