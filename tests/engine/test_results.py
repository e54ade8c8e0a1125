"""Wrong results, missing libraries and pages: what is said of them, and what is not."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine.findings import missing, result
from engine.frame import Ended, FindingKind, Frame, Interpreter, Phase
from engine.frame.finding import More, ThreadDied
from engine.frame.trouble import NothingToRun
from engine.protocol.messages import Ending, MissingFact, OutcomeFact, UnknownFact
from engine.scenarios import catalogue
from engine.scenarios.scenario import Scenario
from engine.session.session import Session
from engine.words import reasons, troubles
from engine.words.findings import lacking, remedy, sentence
from tests.engine.stage_kit import Run

OLD = Interpreter("old/python3", "3.9.18")
Finish = Callable[..., Frame]


@pytest.fixture
def finish(tmp_path: Path) -> Finish:
    """Runs a program with what the scenario says of it to its end."""

    def run(text: str, **said: str) -> Frame:
        path = tmp_path / "program.py"
        path.write_text(text, "utf-8")
        session = Session(Scenario("one", "One", program=path, **said))  # type: ignore[arg-type]
        try:
            session.run()
            return session.wait(60)
        finally:
            session.close()

    return run


def kinds(frame: Frame) -> list[FindingKind]:
    return [finding.kind for finding in frame.result.findings]


def test_that_a_wrong_result_is_said_in_plain_words_or_in_the_scenarios_own(finish: Finish) -> None:
    told = finish("made = 1500\n", expected="2000", found="made")
    assert [(one.kind, sentence(one)) for one in told.result.findings] == [
        (FindingKind.WRONG_RESULT, "Expected 2,000, found 1,500.")
    ]
    assert told.result.right is False
    own = finish("made = 1500\n", expected="2000", found="made", wrong="{found:,} of {expected:,} loaves were baked.")
    assert sentence(own.result.findings[0]) == "1,500 of 2,000 loaves were baked."
    unfit = finish("made = 'none'\n", expected="2000", found="made", wrong="{found:,} of {expected:,} loaves.")
    assert sentence(unfit.result.findings[0]) == "Expected 2,000, found none."


def test_that_a_right_result_and_one_that_nobody_knows_are_no_finding(finish: Finish) -> None:
    assert finish("made = 3\n", expected="3", found="made").result.findings == ()
    unknown = finish("made = 3\n", expected="3", found="baked")
    assert (unknown.result.findings, unknown.result.right) == ((), None)
    assert [*map(reasons.unknown, unknown.result.unknown)] == ["baked: NameError: name 'baked' is not defined"]


@pytest.mark.parametrize(
    ("expected", "found", "right"),
    [
        ("0.3", "0.1 + 0.2", True),
        ("0.3", "0.31", False),
        ("10**15 + 1", "10**15", False),
        ("[1] * 500 + [2]", "[1] * 500 + [3]", False),
        ("[1] * 500", "[1] * 500", True),
        ("True", "1", True),
        ("'a'", "1", False),
    ],
)
def test_that_whole_values_are_compared_and_not_what_is_shown_of_them(expected: str, found: str, right: bool) -> None:
    assert Run().program("pass\n", expected=expected, found=found).outcome.right is right


def test_that_a_value_that_cannot_be_compared_leaves_the_outcome_whole() -> None:
    text = "class Odd:\n    def __eq__(self, other):\n        raise ValueError('odd')\nmade = Odd()\n"
    run = Run().program(text, expected="1", found="made")
    assert (run.outcome.ended, run.outcome.right) == ("finished", None)
    assert [reasons.unknown(fact) for fact in run.facts(UnknownFact)] == ["expected == found: ValueError: odd"]


@pytest.mark.parametrize(
    ("expression", "holds"), [("made > 1", True), ("made > 5", False), ("baked", None), ("", None)]
)
def test_that_a_proof_is_asked_of_the_programs_names(expression: str, holds: "bool | None") -> None:
    assert Run().program("made = 3\n", expression=expression).outcome.holds is holds


def test_that_what_explains_a_wrong_result_is_said_alone(finish: Finish) -> None:
    text = "import threading\nmade = 0\ndef bake():\n    raise ValueError('no flour')\n"
    text += "one = threading.Thread(target=bake)\none.start()\none.join()\n"
    assert kinds(finish(text, expected="1", found="made")) == [FindingKind.EXCEPTION]
    outcome = OutcomeFact(Ending.FINISHED, right=False, expected=2, found=1)
    for kind, said in ((FindingKind.LOST_UPDATE, 0), (FindingKind.HELD_LONG, 1), (FindingKind.NOT_JOINED, 1)):
        assert len(result.wrong_result(outcome, ("", ""), [More(kind=kind, count=1)], 1.0)) == said


def test_that_a_scenario_has_words_of_its_own_for_what_came_of_an_exception() -> None:
    outcome = OutcomeFact(Ending.FINISHED, right=False, expected=1, found=0)
    own = ("Failures: {expected}. Noticed: {found}.", "")
    for kind, said in ((FindingKind.EXCEPTION, 1), (FindingKind.TASK_FAILED, 1), (FindingKind.LOST_UPDATE, 0)):
        told = result.wrong_result(outcome, own, [More(kind=kind, count=1)], 1.0)
        assert [sentence(one) for one in told] == ["Failures: 1. Noticed: 0."] * said
    ended_by_it = ThreadDied(thread="MainThread", error="ValueError")
    assert result.wrong_result(replace(outcome, ended=Ending.DIED), own, [ended_by_it], 1.0) == []


IMPORTING = """\
try:
    import nobodys_library
except ImportError:
    nobodys_library = None
print("goes on")
"""


def test_that_a_missing_library_is_told_and_a_program_that_can_do_without_goes_on(finish: Finish) -> None:
    frame = finish(IMPORTING)
    assert frame.run.ended is Ended.FINISHED
    assert frame.run.trouble is None
    (finding,) = frame.result.findings
    assert (finding.kind, finding.line) == (FindingKind.MISSING_LIBRARY, 2)
    assert sentence(finding).endswith(f"Install it with: {sys.executable} -m pip install nobodys_library")
    assert [line.text for line in frame.recording.output] == ["goes on"]


def test_that_an_import_that_ends_the_program_is_its_trouble_with_the_command(finish: Finish) -> None:
    frame = finish("import nobodys_library.part\n")
    assert frame.run.ended is Ended.DIED
    assert frame.run.trouble is not None
    assert troubles.told(frame.run.trouble)[0].startswith("nobodys_library is not installed in Python 3")
    assert troubles.told(frame.run.trouble)[1] == f"Install it with: {sys.executable} -m pip install nobodys_library"
    assert (frame.run.trouble.line, "ModuleNotFoundError" in frame.run.trouble.detail) == (1, True)
    assert set(kinds(frame)) == {FindingKind.MISSING_LIBRARY, FindingKind.EXCEPTION}


def test_that_importlib_is_heard_too_when_it_ends_the_program(finish: Finish) -> None:
    frame = finish("import importlib\nimportlib.import_module('nobodys_library')\n")
    assert frame.run.trouble is not None
    assert troubles.told(frame.run.trouble)[0].startswith("nobodys_library is not installed")


def test_that_a_missing_part_of_what_is_there_is_no_missing_library(finish: Finish) -> None:
    frame = finish("for _ in range(3):\n    try:\n        import json.nothing\n    except ImportError:\n        pass\n")
    assert frame.result.findings == ()


def test_that_each_missing_library_is_told_once() -> None:
    text = "for _ in range(3):\n    try:\n        import nobodys_library\n    except ImportError:\n        pass\n"
    assert len(Run().program(text).facts(MissingFact)) == 1


@pytest.mark.parametrize(
    ("module", "title", "text"),
    [
        (
            "joblib",
            "joblib is not installed in Python 3.9.18",
            "Install it with: old/python3 -m pip install joblib",
        ),
        (
            "sklearn",
            "sklearn is not installed in Python 3.9.18",
            "Install it with: old/python3 -m pip install scikit-learn",
        ),
        (
            "treading",
            "treading is not installed in Python 3.9.18",
            "Did you mean threading? If not, install it with: old/python3 -m pip install treading",
        ),
        (
            "sqlite3",
            "sqlite3 does not come with Python 3.9.18",
            "It is a part of Python, but not of every version and not on every system. Choose another Python.",
        ),
    ],
)
def test_that_it_says_what_to_do_about_a_module(module: str, title: str, text: str) -> None:
    found = missing.missing(module, OLD)
    assert (lacking(found), remedy(found)) == (title, text)


def test_that_a_folder_with_a_space_is_quoted_and_other_pythons_are_named() -> None:
    assert (
        missing.install("PIL", r"C:\Program Files\python.exe")
        == '"C:\\Program Files\\python.exe" -m pip install pillow'
    )
    assert (
        lacking(missing.missing("numpy", Interpreter("pypy", "3.10.1", "PyPy")))
        == "numpy is not installed in PyPy 3.10.1"
    )


def test_that_a_page_opens_and_running_it_says_that_there_is_nothing_to_run(tmp_path: Path) -> None:
    (tmp_path / "scenario.toml").write_text("page = true\n", "utf-8")
    (tmp_path / "lesson.md").write_text("# Rules\n", "utf-8")
    page = catalogue.read(tmp_path)
    session = Session(page)
    try:
        assert (session.frame.program.page, session.frame.program.text, session.frame.program.path) == (True, "", "")
        assert session.frame.run.trouble is None
        session.run()
        frame = session.wait(1)
        assert (frame.run.phase, frame.run.number, frame.run.trouble) == (Phase.IDLE, 0, NothingToRun())
        assert session.set_knob("N", 1) is not None
    finally:
        session.close()


def test_that_a_library_that_is_told_again_without_its_line_is_one_finding() -> None:
    here, again, other = MissingFact("numbers_of_mine", 7), MissingFact("numbers_of_mine"), MissingFact("else_where")
    assert missing.once([here, again, other]) == [here, other]
    assert missing.once([again]) == [again]
