"""Programs of one's own: their files, what is typed, what is rescued, what is refused."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.documents import rescue, source_file
from engine.documents.new_scenario import folder_name, keep_as_scenario
from engine.documents.rescue import RescuedText, RescueStore
from engine.documents.source_file import DocumentError, entry_of, read, write
from engine.documents.templates import templates
from engine.documents.workspace import FileChange, Workspace
from engine.frame import trouble as kinds
from engine.scenarios import scenario_file
from engine.scenarios.scenario import Scenario
from engine.words.troubles import told

ON_POSIX = os.name == "posix"


@pytest.fixture
def store(tmp_path):
    made = RescueStore(tmp_path / "rescue")
    yield made
    made.close()


@pytest.fixture
def workspace(store, tmp_path):
    folder = tmp_path / "unsaved"
    folder.mkdir()
    made = Workspace(store, "Mine", lambda: str(folder))
    yield made
    made.end()


def kept(store):
    """The texts on the disk, when all that was asked for is written."""
    store.close()
    return {path.name: json.loads(path.read_text("utf-8")) for path in store._where.glob("*.json")}


def refused(path):
    with pytest.raises(DocumentError) as problem:
        read(path)
    title, advice = told(problem.value.trouble)
    assert title
    assert advice
    return problem.value.trouble


@pytest.mark.parametrize(
    ("data", "text", "encoding", "newline"),
    [
        (b"print(1)\n", "print(1)\n", "utf-8", "\n"),
        (b"print(1)\r\nprint(2)\r\n", "print(1)\nprint(2)\n", "utf-8", "\r\n"),
        (b"print(1)\rprint(2)\r", "print(1)\nprint(2)\n", "utf-8", "\r"),
        (b"\xef\xbb\xbfprint(1)\n", "print(1)\n", "utf-8-sig", "\n"),
        (b"# coding: latin-1\nx = '\xe9'\n", "# coding: latin-1\nx = 'é'\n", "iso-8859-1", "\n"),
        ("x = '\u00a0\u2028\U0001f600'\n".encode(), "x = '\u00a0\u2028\U0001f600'\n", "utf-8", "\n"),
        (b"", "", "utf-8", "\n"),
        (b"def f(:\n", "def f(:\n", "utf-8", "\n"),  # a mistake is there to be mended
    ],
)
def test_that_a_program_is_read_as_python_reads_it_and_saved_as_it_was(tmp_path, data, text, encoding, newline):
    path = tmp_path / "program.py"
    path.write_bytes(data)
    found = read(path)
    assert (found.text, found.encoding, found.newline) == (text, encoding, newline)
    write(path, found.text, found.encoding, found.newline)
    assert path.read_bytes() == data


def test_that_what_is_no_program_is_refused_with_a_sentence(tmp_path):
    files = {
        "binary.py": (os.urandom(200) + b"\0", kinds.NoText),
        "latin.py": ("x = 'é'".encode("latin-1"), kinds.NoText),
        "cookie.py": (b"# coding: no-such-thing\n", kinds.NoText),
        "utf16.py": ("print(1)".encode("utf-16"), kinds.NoText),
        "large.py": (b"#" * (source_file.MOST + 1), kinds.TooLarge),
        "notes.txt": (b"Dear diary, today\n", kinds.NoProgram),
        "book.ipynb": (b'{"cells": []}', kinds.NoProgram),
        "picture.png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", kinds.NoText),
        "archive.zip": (b"PK\x03\x04\x14\0\0\0", kinds.NoText),
    }
    for name, (data, kind) in files.items():
        (tmp_path / name).write_bytes(data)
        assert isinstance(refused(tmp_path / name), kind), name
    assert isinstance(refused(tmp_path / "none.py"), kinds.Unreadable)
    assert isinstance(refused(Path("a\0b.py")), kinds.Unreadable)
    (tmp_path / "notes.txt").write_text("print('by another name')\n")
    assert read(tmp_path / "notes.txt").text == "print('by another name')\n"


@pytest.mark.skipif(not ON_POSIX, reason="links, pipes and modes as POSIX has them")
def test_that_pipes_broken_links_and_locked_files_are_refused_at_once(tmp_path):
    (tmp_path / "link.py").symlink_to("nowhere.py")
    (tmp_path / "round.py").symlink_to("round.py")
    os.mkfifo(tmp_path / "pipe.py")
    assert refused(tmp_path / "link.py") == kinds.BrokenLink(name="link.py", target="nowhere.py")
    assert isinstance(refused(tmp_path / "round.py"), kinds.Unreadable)
    assert isinstance(refused(tmp_path / "pipe.py"), kinds.NotAFile)
    assert isinstance(refused(Path("/dev/zero")), kinds.NotAFile)


def test_that_a_folder_begins_with_its_main_file_or_says_which_it_has(tmp_path):
    assert isinstance(refused(tmp_path), kinds.IsFolder)
    with pytest.raises(DocumentError):
        entry_of(tmp_path)
    (tmp_path / "one.py").write_text("")
    assert entry_of(tmp_path).name == "one.py"
    (tmp_path / "two.py").write_text("")
    with pytest.raises(DocumentError) as problem:
        entry_of(tmp_path)
    assert problem.value.trouble.programs == ("one.py", "two.py")
    (tmp_path / "main.py").write_text("")
    assert entry_of(tmp_path).name == "main.py"
    (tmp_path / "__main__.py").write_text("")
    assert entry_of(tmp_path).name == "__main__.py"


@pytest.mark.skipif(not ON_POSIX, reason="links and modes as POSIX has them")
def test_that_saving_keeps_links_and_modes_and_leaves_nothing_beside(tmp_path):
    real, link = tmp_path / "real.py", tmp_path / "link.py"
    real.write_text("old\n")
    real.chmod(0o750)
    link.symlink_to(real)
    write(link, "new\n")
    assert link.is_symlink()
    assert real.read_text() == "new\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o750
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link.py", "real.py"]


def test_that_what_cannot_be_saved_is_said_and_the_file_is_as_before(tmp_path):
    for path, text in ((tmp_path / "none" / "x.py", "1"), (tmp_path / "half.py", "x = '\ud800'")):
        with pytest.raises(DocumentError) as problem:
            write(path, text)
        assert isinstance(problem.value.trouble, kinds.Unwritable)
        assert all(told(problem.value.trouble))
    assert list(tmp_path.iterdir()) == []


def test_that_a_letter_that_the_encoding_lacks_makes_it_utf8_unless_the_text_names_it(tmp_path):
    path = tmp_path / "x.py"
    assert write(path, "x = 'é€'\n", "utf-8-sig").encoding == "utf-8-sig"
    with pytest.raises(DocumentError):
        write(path, "# coding: latin-1\nx = '€'\n", "iso-8859-1")
    assert write(path, "x = '€'\n", "iso-8859-1").encoding == "utf-8"
    assert read(path).text == "x = '€'\n"


def test_that_typing_changes_nothing_of_the_file_until_it_is_saved(workspace, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("print(1)\n")
    document = workspace.open(path)
    assert not document.edited
    assert workspace.open(path) is document
    document = workspace.edit(document.id, "print(2)\n")
    assert document.edited
    assert path.read_text() == "print(1)\n"
    assert not workspace.edit(document.id, "print(1)\n").edited
    workspace.edit(document.id, "print(3)\n")
    assert not workspace.save(document.id).edited
    assert path.read_text() == "print(3)\n"


def test_that_a_new_program_has_a_name_of_its_own_and_becomes_another_document_when_saved(workspace, tmp_path):
    first, second = workspace.new("a = 1\n"), workspace.new("b = 2\n")
    assert (first.scenario.title, second.scenario.title) == ("untitled.py", "untitled-2.py")
    assert first.edited
    assert not workspace.new("").edited
    saved = workspace.save(first.id, tmp_path / "kept.py")
    assert saved.id != first.id
    assert saved.scenario.title == "kept.py"
    assert saved.scenario.cwd == tmp_path
    assert workspace.get(first.id) is None
    assert (tmp_path / "kept.py").read_text() == "a = 1\n"
    assert workspace.open(tmp_path / "kept.py") is saved


def test_that_saving_over_an_open_file_leaves_one_document_of_it(workspace, tmp_path):
    (tmp_path / "old.py").write_text("old\n")
    old, new = workspace.open(tmp_path / "old.py"), workspace.new("new\n")
    workspace.save(new.id, tmp_path / "old.py")
    assert [one.text for one in workspace.documents] == ["new\n"]
    assert workspace.documents[0].id == old.id


def test_that_a_file_that_changed_or_went_is_noticed_and_either_text_can_be_kept(workspace, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("print(1)\n")
    document = workspace.open(path)
    assert workspace.change_of(document.id) is FileChange.NONE
    path.write_text("print(1234)\n")
    workspace.edit(document.id, "print('typed')\n")
    assert workspace.change_of(document.id) is FileChange.CHANGED
    mine = workspace.keep_mine(document.id)
    assert mine.edited
    assert mine.text == "print('typed')\n"
    assert workspace.change_of(document.id) is FileChange.NONE
    path.write_text("print(5)  # again\n")
    assert workspace.read_again(document.id).text == "print(5)  # again\n"
    path.unlink()
    assert workspace.change_of(document.id) is FileChange.GONE
    workspace.file_is_gone(document.id)
    assert workspace.get(document.id).edited
    assert not workspace.save(document.id).edited
    assert path.read_text() == "print(5)  # again\n"


def test_that_only_what_is_not_saved_is_kept_against_a_crash(workspace, store, tmp_path):
    (tmp_path / "mine.py").write_text("1\n")
    document = workspace.open(tmp_path / "mine.py")
    workspace.edit(document.id, "2\n")
    workspace.new("3\n")
    assert sorted(one["text"] for one in kept(store).values()) == ["2\n", "3\n"]
    workspace.save(document.id)
    assert [one["text"] for one in kept(store).values()] == ["3\n"]


CRASH = """
import os, signal, sys
sys.path.insert(0, {root!r})
from pathlib import Path
from engine.documents.rescue import RescueStore
from engine.documents.workspace import Workspace
store = RescueStore(Path({where!r}))
workspace = Workspace(store, "Mine")
document = workspace.open(Path({file!r}))
workspace.edit(document.id, "typed\\n")
workspace.new("new \\ud800 one\\n")
store.close()
print("kept", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def crash(tmp_path):
    """What a process had typed that was killed."""
    (tmp_path / "mine.py").write_text("saved\n")
    root, where = str(Path(__file__).parents[2]), str(tmp_path / "rescue")
    code = CRASH.format(root=root, where=where, file=str(tmp_path / "mine.py"))
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout.readline().strip() == b"kept"
    assert RescueStore(tmp_path / "rescue").take() == []  # as long as it lives it looks after them itself
    other.kill()
    other.communicate()


def test_that_the_text_of_a_window_that_was_killed_is_there_again(crash, workspace, tmp_path):
    found = workspace.rescued({})
    assert {one.text for one in found} == {"typed\n", "new \ud800 one\n"}
    assert {one.scenario.title for one in found} == {"mine.py", "untitled.py"}
    assert all(one.edited and one.kept > 0 for one in found)
    assert (tmp_path / "mine.py").read_text() == "saved\n"
    assert len(kept(workspace.store)) == 2  # they are looked after by this window now
    assert RescueStore(tmp_path / "rescue").take() == []


def test_that_a_rescued_text_whose_file_is_gone_is_a_new_program(crash, workspace, tmp_path):
    (tmp_path / "mine.py").unlink()
    found = {one.scenario.title: one for one in workspace.rescued({})}
    assert found["mine.py"].text == "typed\n"
    assert found["mine.py"].file is None


def test_that_two_windows_with_one_file_are_both_rescued(crash, workspace, tmp_path):
    (one,) = (file for file in (tmp_path / "rescue").glob("*.json") if "typed" in file.read_text())
    earlier = {**json.loads(one.read_text()), "text": "of the other window\n", "time": 1.0}
    one.with_name(f"99999999-1-{one.name.split('-', 2)[2]}").write_text(json.dumps(earlier))
    found = {found.scenario.title: found for found in workspace.rescued({})}
    assert found["mine.py"].text == "typed\n", "the last one has the file"
    assert found["mine-2.py"].text == "of the other window\n"
    assert found["mine-2.py"].file is None
    assert len(kept(workspace.store)) == 3


def test_that_damaged_files_of_the_store_are_left_alone(store, tmp_path):
    where = tmp_path / "rescue"
    where.mkdir()
    names = ["1-x.rescue.json", "99999999-1-a.rescue.json", "99999999-1-b.rescue.json", "99999999-1-c.rescue.json"]
    for name, text in zip(names, ["{}", "{", '{"name": 1}', "[]"], strict=True):
        (where / name).write_text(text)
    assert store.take() == []
    assert sorted(one.name for one in where.iterdir()) == sorted(names)


def test_that_a_place_that_cannot_be_written_is_said_and_harms_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    store = RescueStore(tmp_path / "file" / "rescue")
    store.keep("one", RescuedText("x.py", "", "text"))
    store.close()
    assert store.error


def test_that_what_could_not_be_kept_is_tried_again(tmp_path, monkeypatch):
    monkeypatch.setattr(rescue, "AGAIN", 0.01)
    place = tmp_path / "rescue"
    place.write_text("")  # no folder can be made there
    store = RescueStore(place)
    store.keep("one", RescuedText("x.py", "", "text"))
    deadline = time.monotonic() + 60
    while not store.error and time.monotonic() < deadline:
        time.sleep(0.001)
    place.unlink()
    while store.error and time.monotonic() < deadline:
        time.sleep(0.001)
    store.close()
    assert not store.error
    assert [one["text"] for one in kept(store).values()] == ["text"]


def test_that_templates_run_and_have_titles():
    found = templates()
    assert [one.title for one in found] == [
        "Two threads and a lock", "Producer and consumer", "A pool of workers", "Tasks of asyncio",
    ]  # fmt: skip
    for one in found:
        ran = subprocess.run([sys.executable, "-c", one.text], capture_output=True, check=False)
        assert (ran.returncode, bool(ran.stdout)) == (0, True), one.name


def test_that_a_program_kept_as_a_scenario_is_one(tmp_path):
    text = templates()[0].text
    folder = keep_as_scenario(text, Scenario("x", "x"), 'My "first" \\ race', tmp_path)
    assert folder.name == folder_name('My "first" \\ race') == "my_first_race"
    made = scenario_file.read(folder)
    assert made.error == ""
    assert made.title == 'My "first" \\ race'
    assert made.lesson
    assert (folder / "program.py").read_text("utf-8") == text
    with pytest.raises(DocumentError):
        keep_as_scenario(text, Scenario("x", "x"), "my first race", tmp_path)


def test_that_the_copy_of_a_lesson_kept_as_a_scenario_has_its_lesson(tmp_path):
    lesson = scenario_file.read(Path(scenario_file.__file__).parents[2] / "resources" / "scenarios" / "counter")
    text = f"{lesson.program.read_text('utf-8')}# mine\n"
    made = scenario_file.read(keep_as_scenario(text, lesson, "Mine", tmp_path))
    assert made.error == ""
    assert made.lesson == lesson.lesson
    assert made.watch == lesson.watch


def test_that_the_place_of_rescued_text_follows_the_system(tmp_path):
    assert rescue.folder({"THREAD_THEATRE_RESCUE": str(tmp_path)}) == tmp_path
    if sys.platform != "win32":
        assert rescue.folder({"XDG_STATE_HOME": str(tmp_path)}) == tmp_path / "thread-theatre" / "rescue"
