"""Scenarios are folders; a broken one is listed with its error and harms nothing."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from engine.protocol import program_text
from engine.scenarios import catalogue, scenario
from engine.scenarios.scenario import SwitchNote, Try
from engine.session.run_settings import accept
from engine.session.session import Session

SOUND = """
title = "Two bakers"
group = "Locks"
order = 7
summary = "They share an oven."
watch = "bread"
counted_by = "oven"
value_noun = "loaves"
expected = "BAKERS * 3"
found = "bread"
[switches.oven]
note = "one baker at a time"
key = "o"
[knobs.BAKERS]
note = "How many"
[[try]]
text = "Without the oven's lock"
settings = "oven=off&BAKERS=4"
"""


@pytest.fixture
def shelf(tmp_path):
    """A folder of scenarios; call it with a name and texts to put one in."""

    def put(name: str, toml: "str | bytes | None" = SOUND, program: "str | None" = "pass\n") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        if toml is not None:
            (folder / "scenario.toml").write_bytes(toml if isinstance(toml, bytes) else toml.encode())
        if program is not None:
            (folder / "program.py").write_text(program)
        return folder

    put.folder = tmp_path
    return put


def test_that_everything_a_folder_says_is_read(shelf):
    folder = shelf("bakers")
    (folder / "lesson.md").write_text("# Bakers", "utf-8")
    (found,) = catalogue.load([shelf.folder])
    assert (found.id, found.title, found.group, found.order) == ("bakers", "Two bakers", "Locks", 7)
    assert (found.watch, found.counted_by, found.value_noun) == ("bread", "oven", "loaves")
    assert (found.expected, found.found) == ("BAKERS * 3", "bread")
    assert found.switches == {"oven": SwitchNote("one baker at a time", "O")}
    assert found.knobs == {"BAKERS": "How many"}
    assert found.tries == (Try("Without the oven's lock", "oven=off&BAKERS=4"),)
    assert (found.program, found.lesson, found.error, found.cwd) == (folder / "program.py", "# Bakers", "", None)


@pytest.mark.parametrize(
    ("toml", "program", "said"),
    [
        ("title = ", "pass", "scenario.toml: Invalid value"),
        (SOUND, None, "program.py is missing"),
        ("titel = 'x'", "pass", "'titel' is not known here. Did you mean title?"),
        ("order = 'first'", "pass", "order has to be a whole number, not 'first'"),
        ("order = true", "pass", "order has to be a whole number, not True"),
        ("expected = '2 *'", "pass", "expected is not an expression: 2 *"),
        ("[switches.a]\nkey = 'ab'", "pass", "switches.a.key has to be one letter"),
        ("[switches.a]\nkey = 'x'\n[switches.b]\nkey = 'X'", "pass", "a and b have the same key, X"),
        ("switches = 3", "pass", "switches has to be a table"),
        ("[[try]]\nsettings = 'a=off'", "pass", "each [[try]] has to have a text"),
        ("[[try]]\ntext = 'x'\nsettings = 'lock=maybe'", "pass", "the switch lock is on or off, not 'maybe'"),
        (b"title = '\xff'", "pass", "scenario.toml is not UTF-8 text"),
    ],
)
def test_that_a_broken_scenario_is_listed_with_its_error_beside_the_sound_ones(shelf, toml, program, said):
    shelf("broken", toml, program)
    shelf("sound")
    found = {one.id: one for one in catalogue.load([shelf.folder])}
    assert said in found["broken"].error
    assert found["sound"].error == ""


def test_that_a_folder_with_a_program_and_nothing_else_is_a_scenario_that_runs(shelf):
    shelf("race", None, "ROUNDS = 3  # 1..9\nprint(ROUNDS)\n")
    (found,) = catalogue.load([shelf.folder])
    assert (found.id, found.title, found.group, found.error) == ("race", "race", "Your own", "")
    with closing(Session(found)) as session:
        assert [knob.name for knob in session.frame.program.knobs] == ["ROUNDS"]
        session.run()
        assert [piece.text.strip() for piece in session.wait().recording.output] == ["3"]


@pytest.mark.parametrize("name", ["Гонка", "竞争", "Größe ändern", "two words & more"])
def test_that_a_folder_may_have_a_name_in_any_letters(shelf, name):
    folder = shelf(name, None)
    (found,) = catalogue.load([shelf.folder])
    assert (found.id, found.title, found.program, found.error) == (name, name, folder / "program.py", "")


@pytest.mark.parametrize("called", ["race.py", "Program.py"])
def test_that_a_program_of_another_name_is_listed_with_what_to_do(shelf, called):
    folder = shelf("race", None, None)
    (folder / called).write_text("pass")
    if (folder / "program.py").exists():
        pytest.skip("this file system does not tell capital letters from small ones")
    (found,) = catalogue.load([shelf.folder])
    assert "program.py is missing: the program has to be called that." in found.error
    assert called in found.error


def test_that_a_folder_without_any_program_is_left_alone(shelf):
    (shelf("pictures", None, None) / "cat.png").touch()
    assert catalogue.load([shelf.folder]) == ()


def test_that_other_folders_and_files_are_no_scenarios(shelf):
    (shelf.folder / "notes").mkdir()
    (shelf.folder / "_draft").mkdir()
    (shelf.folder / "_draft" / "program.py").touch()
    (shelf.folder / "readme.txt").touch()
    assert catalogue.load([shelf.folder, shelf.folder / "not there"]) == ()


def test_that_two_scenarios_of_one_name_are_both_listed_and_the_second_says_what_to_do(shelf, tmp_path_factory):
    shelf("bakers")
    second = tmp_path_factory.mktemp("user") / "bakers"
    second.mkdir()
    (second / "scenario.toml").write_text(SOUND)
    (second / "program.py").write_text("pass")
    found = {one.id: one for one in catalogue.load([shelf.folder, second.parent])}
    assert found["bakers"].error == ""
    assert "rename this folder" in found["bakers-2"].error


def test_that_groups_stand_in_the_order_of_their_first_scenario(shelf):
    for name, group, order in (("a", "Locks", 30), ("b", "Files", 20), ("c", "Locks", 10), ("d", "Files", 25)):
        shelf(name, f"title = '{name}'\ngroup = '{group}'\norder = {order}")
    assert [one.id for one in catalogue.load([shelf.folder])] == ["c", "a", "b", "d"]


def test_that_groups_without_an_order_do_not_mix(shelf):
    for name, toml in (("a", "title = "), ("b", None), ("c", "title = "), ("d", None)):
        shelf(name, toml)
    assert [one.id for one in catalogue.load([shelf.folder])] == ["a", "c", "b", "d"]


def test_that_the_users_folder_is_read_after_the_programs_own(shelf):
    shelf("bakers")
    folders = catalogue.folders({"THREAD_THEATRE_SCENARIOS": str(shelf.folder)})
    ids = [one.id for one in catalogue.load(folders)]
    assert {"bakers", "counter", "writer_reader", "producer_consumer"} <= set(ids)


def test_that_settings_are_told_apart_by_their_capitals():
    assert scenario.settings("lock=off&ROUNDS=100&NAME=a+b%26c") == (
        {"ROUNDS": "100", "NAME": "a b&c"},
        {"lock": False},
    )
    assert scenario.settings("") == ({}, {})
    for wrong in ("lock", "=off", "lock=perhaps"):
        with pytest.raises(ValueError, match=re.escape(wrong.partition("=")[0] or wrong)):
            scenario.settings(wrong)


def test_that_near_names_are_offered():
    assert scenario.near("countr", ["counter", "writer_reader"]) == "Did you mean counter?"
    assert scenario.near("zzz", ["counter", "writer_reader"]) == "There are: counter, writer_reader."
    assert scenario.near("zzz", []) == "There are none."


OWN = {one.id: one for one in catalogue.load([catalogue.OWN_FOLDER])}
LINKS = [
    pytest.param(id_, settings, id=f"{one.id}-{id_}-{settings}")
    for one in OWN.values()
    for id_, settings in re.findall(r"\(demo:(\w+)\??([^)]*)\)", one.lesson)
]
TRIES = [pytest.param(one.id, try_.settings, id=f"{one.id}-{try_.text}") for one in OWN.values() for try_ in one.tries]


@pytest.mark.parametrize("scenario", OWN.values(), ids=OWN.keys())
def test_that_what_a_scenario_says_of_its_program_is_in_the_program(scenario):
    assert scenario.error == ""
    assert scenario.summary
    assert scenario.lesson
    if scenario.page:
        return
    text = scenario.program.read_text("utf-8")
    assert scenario.tries
    assert set(scenario.knobs) == {knob.name for knob in program_text.knobs(text)}
    assert set(scenario.switches) == {switch.name for switch in program_text.switches(text)}
    assert f"](demo:{scenario.id}?" in scenario.lesson


@pytest.mark.parametrize(("id_", "settings"), [*LINKS, *TRIES])
def test_that_every_link_opens_a_scenario_with_settings_that_it_takes(id_, settings):
    assert id_ in OWN
    text = "" if OWN[id_].page else OWN[id_].program.read_text("utf-8")
    knobs = {knob.name: knob for knob in program_text.knobs(text)}
    set_knobs, set_switches = scenario.settings(settings)
    assert set(set_knobs) <= set(knobs)
    assert [accept(knobs[name], value)[1] for name, value in set_knobs.items()] == [None] * len(set_knobs)
    assert set(set_switches) <= {switch.name for switch in program_text.switches(text)}


def test_that_settings_may_name_a_speed_and_refuse_what_is_none():
    assert scenario.settings("lock=off&speed=10&ROUNDS=3") == ({"ROUNDS": "3"}, {"lock": False})
    assert scenario.speed("lock=off&speed=10") == 10
    assert scenario.speed("lock=off&SPEED=4") is None
    for wrong in ("speed=fast", "speed=0", "speed=100"):
        with pytest.raises(ValueError, match=re.escape("from 0.05 to 20")):
            scenario.settings(wrong)
