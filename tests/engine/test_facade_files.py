"""The facades of open, io, os, os.path and pathlib: what is reported, and that they behave as the real ones."""

from __future__ import annotations

import copy
import io
import os
import pathlib
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.protocol.messages import ThingFact
from engine.protocol.records import Flag, Kind
from tests.engine.facade_kit import Stage, raised

ROOT = Path(__file__).resolve().parents[2]
DONE = (Kind.FILE_READ_DONE, Kind.FILE_WRITE_DONE)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A run whose current folder is empty."""
    before = os.getcwd()
    os.chdir(tmp_path)
    yield Stage()
    os.chdir(before)


def kinds(stage: Stage) -> list[Kind]:
    return [record.kind for record in stage.records()]


def test_writing_and_reading_a_file_is_reported_step_by_step(stage: Stage) -> None:
    stage.run("""
with open("numbers.txt", "w") as out:
    out.write("12345")
with open("numbers.txt") as back:
    text = back.read()
""")
    assert [(record.kind, record.value, record.line) for record in stage.records()] == [
        (Kind.FILE_OPEN, 0, 2),
        (Kind.FILE_OPENED, 1, 2),  # it was emptied
        (Kind.FILE_WRITE, 0, 3),
        (Kind.FILE_WRITE_DONE, 5, 3),
        (Kind.FILE_CLOSED, 0, stage.records(Kind.FILE_CLOSED)[0].line),
        (Kind.FILE_OPEN, 0, 4),
        (Kind.FILE_OPENED, 0, 4),
        (Kind.FILE_READ, 0, 5),
        (Kind.FILE_READ_DONE, 5, 5),
        (Kind.FILE_CLOSED, 0, stage.records(Kind.FILE_CLOSED)[1].line),
    ]
    assert stage.names["text"] == "12345"


def test_a_missing_file_fails_with_its_name_and_the_real_exception(stage: Stage) -> None:
    assert raised(stage.module("io").open, "gone.txt") == raised(open, "gone.txt")
    assert kinds(stage) == [Kind.FILE_OPEN, Kind.FILE_FAILED]
    assert stage.texts(Kind.FILE_FAILED) == ["FileNotFoundError: [Errno 2] No such file or directory: 'gone.txt'"]


def test_all_spellings_of_a_path_are_one_thing_named_as_it_was_first_given(stage: Stage, tmp_path: Path) -> None:
    own = stage.module("io")
    own.open("numbers.txt", "w").close()
    own.open(tmp_path / "numbers.txt").close()
    own.open(b"./numbers.txt").close()
    stage.module("os").remove(str(tmp_path / "numbers.txt"))
    assert stage.things() == {1: "numbers.txt"}
    assert {record.thing for record in stage.records()} == {1}
    fact = stage.facts(ThingFact)[0]
    assert (fact.type, fact.switch) == ("file", False)


@pytest.mark.parametrize(
    ("mode", "buffering", "kind"),
    [
        ("w", -1, io.TextIOWrapper),
        ("r+", 1, io.TextIOWrapper),
        ("wb", -1, io.BufferedWriter),
        ("rb", -1, io.BufferedReader),
        ("rb+", 300, io.BufferedRandom),
        ("ab", 0, io.FileIO),
    ],
)
def test_a_file_object_is_of_the_real_type_and_looks_like_it(
    stage: Stage, mode: str, buffering: int, kind: Any
) -> None:
    Path("f").write_bytes(b"x" * 10)
    with stage.module("io").open("f", mode, buffering) as own, open("f", mode, buffering) as real:
        assert isinstance(own, kind)
        assert type(real) is kind
        assert type(own).__name__ == kind.__name__
        assert repr(own).replace("<_io.", "<") == repr(real).replace("<_io.", "<")
        for name in ("name", "mode", "closed", "encoding", "errors", "newlines", "line_buffering"):
            assert getattr(own, name, None) == getattr(real, name, None)
        for name in ("readable", "writable", "seekable", "isatty", "tell"):
            assert getattr(own, name)() == getattr(real, name)()
        assert os.fstat(own.fileno()).st_ino == os.fstat(real.fileno()).st_ino
        assert raised(pickle.dumps, own)[0] is raised(pickle.dumps, real)[0]


def test_a_file_is_buffered_as_much_as_the_real_one(stage: Stage) -> None:
    Path("f").write_bytes(b"x" * 100_000)
    own_open = stage.module("io").open
    for size in (-1, 512, 100):
        with own_open("f", "rb", size) as own, open("f", "rb", size) as real:
            assert len(own.peek()) == len(real.peek())


def test_lines_are_read_one_by_one_and_written_one_by_one(stage: Stage) -> None:
    stage.run("""
with open("f", "w") as out:
    out.writelines(["one\\n", "three\\n"])
with open("f") as back:
    lines = [line for line in back]
with open("f", "rb") as raw:
    more = list(raw)
""")
    assert stage.names["lines"] == ["one\n", "three\n"]
    end = os.linesep.encode()
    assert stage.names["more"] == [b"one" + end, b"three" + end]
    assert [record.value for record in stage.records(Kind.FILE_WRITE_DONE)] == [4, 6]
    raw = [3 + len(end), 5 + len(end), 0]
    assert [record.value for record in stage.records(Kind.FILE_READ_DONE)] == [4, 6, 0, *raw]
    assert {record.line for record in stage.records(*DONE)} == {3, 5, 7}


def test_what_a_call_does_inside_is_not_reported_again(stage: Stage) -> None:
    stage.run("""
with open("f", "w+") as both:
    both.write("a\\nb\\n")
    both.flush()
    both.seek(0)
    where = both.tell()
    lines = both.readlines()
    both.truncate(1)
with open("f", "rb", 0) as raw:
    first = raw.readline()
""")
    values = [(record.kind, record.value, record.line) for record in stage.records(*DONE)]
    assert values == [
        (Kind.FILE_WRITE_DONE, 4, 3),
        (Kind.FILE_WRITE_DONE, 0, 4),
        (Kind.FILE_READ_DONE, 4, 7),
        (Kind.FILE_WRITE_DONE, 0, 8),
        (Kind.FILE_READ_DONE, 1, 10),
    ]
    assert (stage.names["where"], stage.names["lines"], stage.names["first"]) == (0, ["a\n", "b\n"], b"a")


def test_reading_bytes_counts_them_whichever_way_they_are_read(stage: Stage) -> None:
    Path("f").write_bytes(b"0123456789")
    with stage.module("io").open("f", "rb") as own:
        assert own.read(3) == b"012"
        assert own.readinto(bytearray(2)) == 2
        assert own.read1(1) == b"5"
        assert own.read() == b"6789"
    assert [record.value for record in stage.records(Kind.FILE_READ_DONE)] == [3, 2, 1, 4]


def test_a_failing_call_closes_its_record_with_the_reason(stage: Stage) -> None:
    Path("f").write_bytes(b"\xff\xfe")
    with stage.module("io").open("f", encoding="ascii") as own, open("f", encoding="ascii") as real:
        assert raised(own.read) == raised(real.read)
        assert raised(own.write, "x") == raised(real.write, "x")
        assert raised(own.read, 1, 2) == raised(real.read, 1, 2)
    failed = stage.records(*DONE)
    assert [record.flags for record in failed] == [Flag.FAILED] * 3
    assert stage.texts(*DONE)[1] == "io.UnsupportedOperation: not writable"


def test_a_file_is_closed_once_and_also_when_it_is_forgotten(stage: Stage) -> None:
    own = stage.module("io").open("f", "w")
    own.close()
    own.close()
    assert kinds(stage).count(Kind.FILE_CLOSED) == 1
    forgotten = stage.module("io").open("f", "w")
    with pytest.warns(ResourceWarning, match="unclosed file"):
        del forgotten
    assert kinds(stage).count(Kind.FILE_CLOSED) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("f", "q"),
        ("f", "rw"),
        ("f", "rbb", 0),
        ("f", "r", 0),
        ("f", "rb", 0, "utf-8"),
        ("f", "rb", -1, None, None, "\n"),
        ("f", "r", -1, None, None, "x"),
        ("f", "r", -1, "no such encoding"),
        ("f", "r", "1"),
        ("f", 5),
        (None,),
        (3.5,),
        (),
        ("",),
        ("f\0",),
        (10**6,),
        ("f", "r", -1, None, None, None, False),
        ("f", "rb", 0, None, None, None, False),
        (".",),
        (".", "rb", 0),
    ],
)
def test_arguments_that_the_real_open_refuses_are_refused_alike(stage: Stage, arguments: tuple[Any, ...]) -> None:
    Path("f").touch()
    assert raised(stage.module("io").open, *arguments) == raised(open, *arguments)
    assert kinds(stage) == [Kind.FILE_OPEN, Kind.FILE_FAILED]


def test_an_opener_a_descriptor_and_keywords_work_as_in_the_real_open(stage: Stage) -> None:
    own_open = stage.module("io").open
    with own_open(file="f", mode="wb", buffering=0, opener=os.open) as own:
        own.write(b"abc")
    descriptor = os.open("f", os.O_RDONLY)
    with own_open(descriptor, closefd=False, newline="") as own:
        assert own.read() == "abc"
    with stage.module("os").fdopen(descriptor) as own:
        assert own.name == descriptor
    assert raised(os.fstat, descriptor)[0] is OSError
    assert stage.things() == {1: "f", 2: f"file descriptor {descriptor}"}


def test_newlines_and_encodings_are_kept(stage: Stage) -> None:
    own_open = stage.module("io").open
    for newline in (None, "", "\n", "\r\n"):
        with own_open("f", "w", encoding="utf-16", newline=newline) as own:
            own.write("é\n")
        with own_open("f", "a", encoding="utf-16", newline=newline) as own:
            own.write("è\n")
        with open("real", "w", encoding="utf-16", newline=newline) as real:
            real.write("é\n")
        with open("real", "a", encoding="utf-16", newline=newline) as real:
            real.write("è\n")
        assert Path("f").read_bytes() == Path("real").read_bytes()
        with (
            own_open("f", encoding="utf-16", newline=newline) as own,
            open("f", encoding="utf-16", newline=newline) as real,
        ):
            assert own.read() == real.read()
            assert own.newlines == real.newlines


def test_two_threads_that_write_one_file_have_their_own_records(stage: Stage) -> None:
    stage.run("""
import threading
with open("f", "w") as out:
    threads = [threading.Thread(target=out.write, args=(letter * 10,), name=letter) for letter in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
""")
    found = stage.records(Kind.FILE_WRITE_DONE)
    assert {record.thread for record in found} == {stage.lane("a"), stage.lane("b")}
    assert len({record.thing for record in found}) == 1


def test_asking_for_a_file_says_whether_it_was_there(stage: Stage) -> None:
    stage.run("""
import os
from os.path import isfile
open("f", "w").close()
answers = os.path.exists("f"), os.path.exists(path="g"), isfile("g"), os.path.getsize("f"), os.access("g", os.R_OK)
size = os.stat("f").st_size
names = os.listdir()
""")
    assert stage.names["answers"] == (True, False, False, 0, False)
    assert stage.names["names"] == ["f"]
    asked = stage.records(Kind.FILE_ASKED)
    assert [record.value for record in asked] == [1, 0, 0, 1, 0, 1, 1]
    names = stage.things()
    assert [names[record.thing] for record in asked] == ["f", "g", "g", "f", "g", "f", "."]


def test_removing_and_renaming_files_is_reported_and_so_is_failing_at_it(stage: Stage) -> None:
    own = stage.module("os")
    Path("a").touch()
    own.rename("a", dst="b")
    own.replace(src="b", dst="c")
    own.remove("c")
    assert raised(own.remove, "c") == raised(os.remove, "c")
    names = stage.things()
    assert [(record.kind, names[record.thing]) for record in stage.records()] == [
        (Kind.FILE_RENAMED, "a"),
        (Kind.FILE_RENAMED, "b"),
        (Kind.FILE_REMOVED, "c"),
        (Kind.FILE_FAILED, "c"),
    ]
    assert [names[record.value] for record in stage.records(Kind.FILE_RENAMED)] == ["b", "c"]


def test_the_rest_of_os_is_the_real_one(stage: Stage) -> None:
    own = stage.module("os")
    assert (own.environ, own.getpid, own.sep, own.path.join) == (os.environ, os.getpid, os.sep, os.path.join)
    assert (own.stat in own.supports_dir_fd) == (os.stat in os.supports_dir_fd)
    assert raised(own.stat) == raised(os.stat)
    assert raised(own.rename, "a") == raised(os.rename, "a")
    assert raised(own.path.exists) == raised(os.path.exists)
    assert pickle.loads(pickle.dumps(own.remove)) is os.remove


def test_a_path_reads_writes_asks_and_removes_with_records(stage: Stage) -> None:
    stage.run("""
from pathlib import Path
path = Path("f")
there = path.exists()
path.write_text("four")
text = path.read_text()
size = path.stat().st_size
new = path.rename("g")
new.unlink()
new.unlink(missing_ok=True)
""")
    assert (stage.names["there"], stage.names["text"], stage.names["size"]) == (False, "four", 4)
    assert [(record.kind, record.line) for record in stage.records()] == [
        (Kind.FILE_ASKED, 4),
        *((kind, 5) for kind in (Kind.FILE_OPEN, Kind.FILE_OPENED, Kind.FILE_WRITE, Kind.FILE_WRITE_DONE)),
        (Kind.FILE_CLOSED, 5),
        *((kind, 6) for kind in (Kind.FILE_OPEN, Kind.FILE_OPENED, Kind.FILE_READ, Kind.FILE_READ_DONE)),
        (Kind.FILE_CLOSED, 6),
        (Kind.FILE_ASKED, 7),
        (Kind.FILE_RENAMED, 8),
        (Kind.FILE_REMOVED, 9),
        (Kind.FILE_ASKED, 10),
    ]


def test_every_path_that_comes_from_a_path_is_one_of_the_stage(stage: Stage, tmp_path: Path) -> None:
    own = stage.module("pathlib")
    (tmp_path / "f.txt").touch()
    start = own.Path(str(tmp_path))
    found = [start, start / "x", "x" / start, start.parent, *start.parents, start.with_name("y"), own.Path.cwd()]
    found += [*start.glob("*.txt"), *start.rglob("*"), *start.iterdir(), start.resolve(), own.Path.home()]
    found += [copy.copy(start), copy.deepcopy(start), start.absolute(), start.joinpath("a", "b"), own.Path(start)]
    for path in found:
        assert isinstance(path, own.Path)
        assert isinstance(path, own.PosixPath if os.name == "posix" else own.WindowsPath)
        assert isinstance(path, Path)
    assert len(found) > 15


def test_a_path_equals_and_shows_and_pickles_as_the_real_one(stage: Stage) -> None:
    own = stage.module("pathlib").Path("a", "b")
    real = pathlib.Path("a/b")
    assert own == real
    assert (hash(own), repr(own), str(own), os.fspath(own)) == (hash(real), repr(real), str(real), os.fspath(real))
    assert sorted([real / "c", own]) == [own, real / "c"]
    assert type(pickle.loads(pickle.dumps(own))) is type(real)
    other = "WindowsPath" if os.name == "posix" else "PosixPath"
    assert raised(getattr(stage.module("pathlib"), other)) == raised(getattr(pathlib, other))
    assert raised(setattr, own, "mark", 1)[0] is AttributeError
    assert stage.module("pathlib").PurePath is pathlib.PurePath


def test_what_pathlib_asks_for_itself_is_not_reported(stage: Stage) -> None:
    own = stage.module("pathlib").Path
    own("new").resolve()
    own("a/b/c").mkdir(parents=True, exist_ok=True)
    own("f").touch()
    own("f").samefile("f")
    names = stage.things()
    assert [(record.kind, names[record.thing]) for record in stage.records()] == [
        (Kind.FILE_ASKED, os.path.join("a", "b", "c")),
        (Kind.FILE_OPEN, "f"),
        (Kind.FILE_OPENED, "f"),
        (Kind.FILE_CLOSED, "f"),
    ]


def test_a_programs_own_path_class_works(stage: Stage) -> None:
    text = """
import pathlib
class Marked(type(pathlib.Path())):
    def mark(self): return self.with_suffix(".marked")
made = Marked("f").mark()
made.write_text("x")
there = made.exists()
"""
    space = stage.run(text)
    assert type(space["made"]) is space["Marked"]
    assert space["there"] is True


def test_failing_path_operations_raise_and_report_as_the_real_ones(stage: Stage) -> None:
    own, real = stage.module("pathlib").Path("gone"), pathlib.Path("gone")
    for name in ("read_text", "unlink", "stat", "rmdir"):
        assert raised(getattr(own, name)) == raised(getattr(real, name))
    assert raised(own.rename, "x") == raised(real.rename, "x")
    assert kinds(stage) == [Kind.FILE_OPEN, *[Kind.FILE_FAILED] * 5]


@pytest.mark.skipif(sys.platform == "win32", reason="a process that is killed has another status there")
@pytest.mark.parametrize(
    ("line", "said", "status"),
    [
        ("os._exit(3)", "os._exit(3)", 3),
        ("os._exit(status=4)", "os._exit(4)", 4),
        ("os.kill(os.getpid(), signal.SIGKILL)", "os.kill(os.getpid(), SIGKILL)", -9),
        ("os.killpg(os.getpgrp(), 15)", "os.killpg(os.getpgrp(), SIGTERM)", -15),
    ],
)
def test_a_program_that_ends_its_process_says_so_first(line: str, said: str, status: int) -> None:
    around = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.engine.facade_kit import Stage
stage = Stage()
stage.context.farewell = lambda fact: print(fact.call, fact.status, fact.place & 0xFFFFF, flush=True)
stage.program("import os, signal\\n{line}\\n")
"""
    child = subprocess.run(
        [sys.executable, "-c", around], capture_output=True, text=True, check=False, start_new_session=True, timeout=60
    )
    assert (child.stdout.strip(), child.returncode) == (f"{said} {max(status, 0) or None} 2", status), child.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="there any signal but two of the console ends a process")
def test_a_signal_that_ends_nothing_is_no_farewell(stage: Stage) -> None:
    said: list[str] = []
    stage.context.farewell = lambda fact: said.append(fact.call)
    own = stage.module("os")
    own.kill(os.getpid(), 0)
    before = signal.signal(signal.SIGUSR1, lambda *_: said.append("handled"))
    own.kill(os.getpid(), signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)
    assert said == ["handled"]
    assert raised(own.kill, 1) == raised(os.kill, 1)


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only Linux lists a process's descriptors there")
def test_no_descriptor_is_left_open(stage: Stage) -> None:
    before = set(os.listdir("/proc/self/fd"))
    stage.run("""
for mode in ("w", "r", "wb", "rb", "rb+"):
    with open("f", mode):
        pass
with open("f", "ab", 0):
    pass
for wrong in ("nonsense", "utf-8\\0"):
    try:
        open("f", encoding=wrong)
    except (LookupError, ValueError):
        pass
""")
    assert set(os.listdir("/proc/self/fd")) == before
