"""How much of a run a scenario wants to be shown while it goes on."""

from pathlib import Path

import pytest

from engine.scenarios import catalogue
from engine.scenarios.scenario import Scenario


def read(folder: Path, toml: str) -> Scenario:
    (folder / "scenario.toml").write_text(toml, "utf-8")
    (folder / "program.py").write_text("print()\n", "utf-8")
    return catalogue.read(folder)


@pytest.mark.parametrize(("toml", "seconds"), [("axis = 2", 2.0), ("axis = 0.25", 0.25), ("", None)])
def test_that_the_axis_is_a_number_of_seconds(tmp_path: Path, toml: str, seconds: float | None) -> None:
    found = read(tmp_path, toml)
    assert (found.axis, found.error) == (seconds, "")


@pytest.mark.parametrize("value", ["0", "-1.5", "inf", "nan", "'long'", "true"])
def test_that_any_other_axis_is_refused_in_one_sentence(tmp_path: Path, value: str) -> None:
    no_size = "axis has to be between" if value in {"inf", "nan"} else "axis has to be a number"
    assert read(tmp_path, f"axis = {value}").error.startswith(f"scenario.toml: {no_size}")


def test_that_no_scenario_of_the_course_begins_with_an_axis_of_more_than_ten_seconds() -> None:
    for one in catalogue.load():
        assert one.axis is None or one.axis <= 10.0
        assert not (one.axis and one.takes), "what it takes says more"
