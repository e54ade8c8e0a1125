"""A kept run that is told again: the same records, facts and end, each at its program time."""

import json
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from engine.analysis import trace
from engine.analysis.trace import ABOUT, Trace, TraceError
from engine.frame import Ended, Frame, Phase
from engine.scenarios import catalogue
from engine.scenarios.scenario import Scenario
from engine.session import replay
from engine.session.keep_run import keep_run
from engine.session.kept_files import search_in
from engine.session.replay import KeptRun, Playback
from engine.session.session import Session


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Scenario]:
    def made(text: str) -> Scenario:
        path = tmp_path / "program.py"
        path.write_text(text)
        return catalogue.from_file(path)

    return made


def kept(scenario: Scenario, folder: Path, **settings: object) -> tuple[Frame, KeptRun]:
    """A real run, and what was kept of it."""
    last = keep_run(scenario, folder / "a.run", **{"knobs": {}, "off": [], **settings})  # type: ignore[arg-type]
    return last, replay.load(folder / "a.run")


def told(scenario: Scenario, run: KeptRun, step: float = 1 / 30) -> list[Frame]:
    """Every frame of it, `step` seconds of program time apart."""
    playback, frames = Playback(run), []
    with closing(Session(scenario, make_host=playback.host)) as session:
        session.each_frame = True
        session.run()
        while not playback.over or len(frames) < 3:
            frames.append(session.pump())
            playback.until += step
        for _ in range(3):
            replay.at_end(playback, session.stop)
            frames.append(session.pump())
    return frames


RACE = """
import threading, time
lock = threading.Lock()
def work(name):
    for _ in range(5):
        with lock:
            time.sleep(0.02)
    print(name)
crew = [threading.Thread(target=work, args=(n,), name=f"T{n}") for n in range(3)]
for one in crew: one.start()
for one in crew: one.join()
"""


def test_that_a_run_told_again_is_the_run(program: Callable[[str], Scenario], tmp_path: Path) -> None:
    scenario = program(RACE)
    last, run = kept(scenario, tmp_path)
    again = told(scenario, run)[-1]
    assert again.run.ended is last.run.ended is Ended.FINISHED
    assert again.run.now == last.run.now
    assert again.recording.records == last.recording.records
    assert list(again.recording.output) == list(last.recording.output)
    assert [(one.name, one.began, one.ended) for one in again.recording.lanes] == [
        (one.name, one.began, one.ended) for one in last.recording.lanes
    ]
    assert again.result == last.result
    assert again.run.interpreter == last.run.interpreter


def test_that_nothing_is_told_before_its_time(program: Callable[[str], Scenario], tmp_path: Path) -> None:
    scenario = program(RACE)
    _, run = kept(scenario, tmp_path)
    frames = told(scenario, run, 0.01)
    for number, frame in enumerate(frames[:-4]):
        assert frame.run.now <= number * 0.01 + 1e-9
        assert all((lane.began or 0.0) <= number * 0.01 + 1e-9 for lane in frame.recording.lanes)
    assert all(frame.run.phase is not Phase.ENDED for frame in frames[: len(frames) // 2])
    assert frames[0].run.phase is Phase.STARTING
    counts = [frame.recording.records for frame in frames]
    assert counts == sorted(counts)


def test_that_a_program_that_dies_dies_again(program: Callable[[str], Scenario], tmp_path: Path) -> None:
    scenario = program("import time\ntime.sleep(0.05)\n1 / 0\n")
    last, run = kept(scenario, tmp_path)
    again = told(scenario, run)[-1]
    assert again.run.ended is last.run.ended is Ended.DIED
    assert again.run.trouble == last.run.trouble
    assert again.run.trouble is not None


def test_that_a_program_that_kills_itself_does_so_again(program: Callable[[str], Scenario], tmp_path: Path) -> None:
    scenario = program("import os, time\ntime.sleep(0.05)\nos.abort()\n")
    last, run = kept(scenario, tmp_path)
    again = told(scenario, run)[-1]
    assert (again.run.ended, again.run.trouble) == (last.run.ended, last.run.trouble)
    assert again.run.ended is Ended.DIED


def test_that_a_deadlock_is_kept_without_an_end(program: Callable[[str], Scenario], tmp_path: Path) -> None:
    scenario = program("import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()\n")
    _, run = kept(scenario, tmp_path)
    assert run.ended is None
    again = told(scenario, run)[-1]
    assert again.run.phase is Phase.RUNNING
    assert "deadlock" in [one.kind.value for one in again.result.findings]


def test_that_a_run_that_was_stopped_is_stopped_again(program: Callable[[str], Scenario], tmp_path: Path) -> None:
    scenario = program("import time\nwhile True: time.sleep(0.01)\n")
    with closing(Session(scenario)) as session:
        session.run()
        while session.pump().run.now < 0.1:
            pass
        session.stop()
        session.wait()
        session.save(tmp_path / "a.run")
    again = told(scenario, replay.load(tmp_path / "a.run"))[-1]
    assert again.run.ended is Ended.STOPPED


def test_that_what_was_flipped_and_set_is_kept(tmp_path: Path) -> None:
    scenario = next(one for one in catalogue.load() if one.id == "counter")
    settings = {"knobs": {"ROUNDS": 30}, "off": ["lock"], "flips": [(0.2, "lock", True)], "after": 0.4}
    last, run = kept(scenario, tmp_path, **settings)
    assert last.run.phase is not Phase.ENDED
    assert run.order.knobs == {"ROUNDS": 30}
    assert run.order.off == ("lock",)
    ((at, name, on),) = run.flips
    assert (name, on) == ("lock", True)
    assert 0.2 <= at <= last.run.now
    assert run.scenario == "counter"
    assert run.seconds >= 0.4


SEVERAL = """
import importlib, threading, helper
threading.Thread(target=helper.work).start()
importlib.import_module("la" + "te")
open("report.txt", "w").write("done")
"""


def of_several_files(folder: Path) -> Scenario:
    """A program that imports one file, and reads another one when it runs."""
    folder.mkdir()
    (folder / "program.py").write_text(SEVERAL)
    (folder / "helper.py").write_text("def work():\n    print('helps')\n")
    (folder / "late.py").write_text("import time\ntime.sleep(0.1)\n")
    return catalogue.from_file(folder / "program.py", folder)


def test_that_a_kept_run_has_the_texts_of_its_modules_and_what_it_wrote(tmp_path: Path) -> None:
    last, run = kept(of_several_files(tmp_path / "mine"), tmp_path)
    assert [(one.name, one.before) for one in run.modules] == [("helper.py", True), ("late.py", False)]
    assert run.modules[0].text == "def work():\n    print('helps')\n"
    assert run.written == last.result.written is not None
    assert [one.name for one in run.written.files] == ["report.txt"]


def test_that_modules_are_told_again_when_the_run_read_them_whatever_the_disk_has(tmp_path: Path) -> None:
    scenario = of_several_files(tmp_path / "mine")
    last, run = kept(scenario, tmp_path)
    for name in ("helper.py", "late.py", "report.txt"):
        (tmp_path / "mine" / name).unlink()
    playback = Playback(run)
    with closing(Session(scenario, make_host=playback.host)) as session:
        session.modules.look_for = search_in(run.modules)
        session.open(scenario)
        session.modules.settle()
        before = session.pump()
        session.run()
        playback.until = run.seconds + 1
        while session.pump().run.phase is not Phase.ENDED:
            pass
        assert session.frame.result.written is None
        session.modules.settle()
        after = session.pump()
    assert [one.name for one in before.program.modules] == ["helper.py"]
    assert [(one.name, one.ran) for one in after.program.modules] == [(one.name, one.text) for one in run.modules]
    assert after.result == last.result


def test_that_a_run_of_an_older_version_is_told_without_modules(tmp_path: Path) -> None:
    kept(of_several_files(tmp_path / "mine"), tmp_path)
    saved = trace.load(tmp_path / "a.run")
    older = {name: value for name, value in saved.about.items() if name not in ("modules", "written")}
    saved.trace.save(tmp_path / "old.run", saved.facts, older)
    run = replay.load(tmp_path / "old.run")
    assert (run.modules, run.written) == ((), None)
    assert run.order.path == str(tmp_path / "mine" / "program.py")


def test_that_a_run_that_does_not_say_how_it_was_run_is_refused(tmp_path: Path) -> None:
    Trace().save(tmp_path / "old.run", [])
    with pytest.raises(TraceError, match="keep it anew"):
        replay.load(tmp_path / "old.run")
    Trace().save(tmp_path / "odd.run", [], {"scenario": "x", "order": 3, "arrivals": []})
    with pytest.raises(TraceError, match="keep it anew"):
        replay.load(tmp_path / "odd.run")


WATCHED = """
import threading, time
total = 0
rate = None
def work():
    global total, rate
    for _ in range(4):
        total += 1
        rate = total / 8
        time.sleep(0.01)
one = threading.Thread(target=work)
one.start()
one.join()
"""


def test_that_watched_values_are_told_again(program: Callable[[str], Scenario], tmp_path: Path) -> None:
    scenario = program(WATCHED)
    with closing(Session(scenario)) as session:
        session.watch(("total", "rate"))
        session.run()
        last = session.wait(60)
        session.save(tmp_path / "a.run")
    run = replay.load(tmp_path / "a.run")
    assert run.order.watches == ("total", "rate")
    again = told(scenario, run)[-1]
    for one, other in zip(again.recording.watched, last.recording.watched, strict=True):
        assert (one.name, one.expression) == (other.name, other.expression)
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.times, other.times)
    assert again.recording.watches == last.recording.watches


def test_that_a_run_that_was_kept_before_values_were_watched_is_told(
    program: Callable[[str], Scenario], tmp_path: Path
) -> None:
    scenario = program(RACE)
    last, _ = kept(scenario, tmp_path)
    old, new = tmp_path / "a.run", tmp_path / "old.run"
    with zipfile.ZipFile(old) as archive, zipfile.ZipFile(new, "w") as rewritten:
        for name in archive.namelist():
            data = archive.read(name)
            if name == ABOUT:
                about = json.loads(data)
                about["order"].pop("watches", None)
                data = json.dumps(about).encode()
            rewritten.writestr(name, data)
    run = replay.load(new)
    assert run.order.watches == ()
    again = told(scenario, run)[-1]
    assert again.recording.records == last.recording.records
    assert again.recording.watched == ()
