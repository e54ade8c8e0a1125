"""What a scenario may say of its parts, its proofs and itself, and how its author is told of a mistake."""

from pathlib import Path

import pytest

from engine.protocol.program_text import Knob
from engine.scenarios import catalogue, lanes
from engine.scenarios.scenario import PartsNote, Proof, Scenario

PROGRAM = "JOBS = 4\ndef timed(jobs):\n    pass\nasync def later():\n    pass\n"
WHOLE = """
wrong = "{found} of {expected}."
varies = true
needs = ["joblib", "numpy"]
runs_in = "WHERE"
[parts]
call = "timed"
name = "jobs"
group = "kind"
limit = "greedy(jobs)"
value = "result"
value_noun = "memory"
value_unit = "MB"
noun = "jobs"
chart = "curve"
takes = "sum(range(JOBS))"
[[proof]]
settings = "JOBS=2"
finding = ""
expression = "took < 3"
speed = 5
needs = "joblib"
[[proof]]
finding = "deadlock"
timeout = 2.5
cores = { "1" = [0.5, 1], "kind, 2" = [1.3, 2.1] }
"""


def read(folder: Path, toml: str, program: "str | None" = PROGRAM, lesson: str = "") -> Scenario:
    (folder / "scenario.toml").write_text(toml, "utf-8")
    if program is not None:
        (folder / "program.py").write_text(program, "utf-8")
    if lesson:
        (folder / "lesson.md").write_text(lesson, "utf-8")
    return catalogue.read(folder)


def test_that_everything_about_parts_and_proofs_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, WHOLE)
    assert found.error == ""
    assert found.parts == PartsNote(
        "timed", "jobs", "kind", "greedy(jobs)", "result", "memory", "MB", noun="jobs", chart="curve"
    )
    assert (found.takes, found.wrong, found.varies) == ("sum(range(JOBS))", "{found} of {expected}.", True)
    assert (found.needs, found.runs_in, found.page) == (("joblib", "numpy"), "WHERE", False)
    assert found.proofs == (
        Proof("JOBS=2", "", "took < 3", 5.0, "joblib"),
        Proof("", "deadlock", timeout=2.5, cores={"1": (0.5, 1.0), "kind, 2": (1.3, 2.1)}),
    )


def test_that_what_is_left_out_is_nothing(tmp_path: Path) -> None:
    found = read(tmp_path, "takes = 'JOBS'")
    assert (found.parts, found.takes, found.needs, found.page, found.varies) == (None, "JOBS", (), False, False)
    assert read(tmp_path, "[parts]\ncall = 'timed'").parts == PartsNote("timed")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[parts]\nname = 'jobs'", "parts.call is missing"),
        ("[parts]\ncall = 'tmed'", "program.py has no function 'tmed' that is not indented. Did you mean timed?"),
        ("[parts]\ncall = 'later'", "program.py has no function 'later'"),
        ("[parts]\ncall = 'timed'\nlimits = '1'", "'parts.limits' is not known here. Did you mean limit?"),
        ("[parts]\ncall = 'timed'\nlimit = '1 +'", "parts.limit is not an expression: 1 +"),
        ("[parts]\ncall = 'timed'\nlimit = 3", "parts.limit has to be a text, not 3"),
        ("[parts]\ncall = 'timed'\nchart = 'pie'", "parts.chart is bars or curve, not 'pie'"),
        ("[parts]\ncall = 'timed'\ntakes = '2 *'", "takes is not an expression: 2 *"),
        ("parts = 'timed'", "parts has to be a table"),
        ("needs = 'joblib'", "needs has to be a list of texts, not 'joblib'"),
        ("needs = [3]", "needs has to be a list of texts"),
        ("varies = 'yes'", "varies has to be true or false, not 'yes'"),
        ("wrong = '{lost} lost'", "wrong may have {expected} and {found} in it, nothing else"),
        ("wrong = '{found'", "wrong: expected '}' before end of string"),
        ("[[proof]]\nfinding = ''\nspeed = 'fast'", "proof.speed has to be a number, not 'fast'"),
        ("[[proof]]\nfinding = ''\nspeed = 0", "proof.speed has to be above 0"),
        ("[[proof]]\nfinding = ''\ntimeout = 3", "a [[proof]] with a timeout has to have a finding"),
        ("[[proof]]\nfinding = ''\nexpresion = 'a'", "'proof.expresion' is not known here. Did you mean expression?"),
        ("[[proof]]\nfinding = ''\nexpression = 'a b'", "proof.expression is not an expression: a b"),
        ("[[proof]]\nfinding = ''\ncores = 2", "proof.cores has to be a table, not 2"),
        ("[[proof]]\nfinding = ''\ncores = { a = 2 }", "proof.cores 'a' has to be [at least, at most], not 2"),
        ("[[proof]]\nfinding = ''\ncores = { a = [2, 1] }", "proof.cores 'a' has to be [at least, at most], not"),
        ("[[proof]]\nfinding = ''\ncores = { a = [2] }", "proof.cores 'a' has to be [at least, at most], not [2]"),
        ("[[proof]]\nfinding = ''\ncores = { a = [1, '2'] }", "proof.cores 'a' has to be [at least, at most]"),
        ("page = true", "a page has no program"),
    ],
)
def test_that_a_mistake_is_said_in_one_sentence(tmp_path: Path, toml: str, said: str) -> None:
    error = read(tmp_path, toml).error
    assert said in error
    assert "\n" not in error


def test_that_a_page_has_a_lesson_and_no_program(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    assert "lesson.md is missing: it is all that a page has" in read(folder, "page = true", None).error
    found = read(folder, "page = true\ntitle = 'Rules'", None, "# Rules")
    assert (found.error, found.page, found.title, found.lesson) == ("", True, "Rules", "# Rules")
    assert catalogue.load([tmp_path]) == (found,)


@pytest.mark.parametrize(
    ("expression", "values", "count"),
    [
        ("1 + THREADS", {"THREADS": 5}, 6),
        ("1 + (THREADS if WAY == 'threads' else 2 * THREADS)", {"THREADS": 3, "WAY": "processes"}, 7),
        ("max(2, THREADS) + (MOST > 16) * 16", {"THREADS": 1, "MOST": 17}, 18),
        ("", {}, None),
        ("1 - THREADS", {"THREADS": 5}, None),
        ("1 + THREADS", {"THREADS": "many"}, None),
        ("1 + UNKNOWN", {}, None),
        ("9 ** 9 ** 9 ** THREADS", {"THREADS": 9}, None),
    ],
)
def test_that_lanes_are_reckoned_from_the_knobs_as_they_are(
    expression: str, values: dict[str, object], count: "int | None"
) -> None:
    assert lanes.reckoned(expression, [Knob(name, value, value, 1) for name, value in values.items()]) == count


@pytest.mark.parametrize(
    "expression", ["9 ** 9", "sum(range(JOBS))", "open('x')", "(1).bit_length()", "[JOBS][0]", "1 +"]
)
def test_that_lanes_may_hold_nothing_that_takes_long_or_does_anything(tmp_path: Path, expression: str) -> None:
    assert "lanes" in read(tmp_path, f'lanes = "{expression}"').error


def test_that_a_knob_that_lanes_name_and_the_program_has_not_is_a_mistake(tmp_path: Path) -> None:
    assert read(tmp_path, 'lanes = "1 + JOBS"').lanes == "1 + JOBS"
    assert "no knob 'JOB'. Did you mean JOBS?" in read(tmp_path, 'lanes = "1 + JOB"').error
