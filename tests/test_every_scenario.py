"""Every scenario: its bug is there with the switch off and gone with it on, every time, on every Python found."""

import subprocess
import sys

import pytest

from engine import catalogue, interpreters
from engine.frame import Ended, FindingKind
from engine.session import Session

TIMES = 5
SCENARIOS = {one.id: one for one in catalogue.load([catalogue.OWN_FOLDER])}
PYTHONS = [one.executable for one in interpreters.find()]
PROOFS = [
    pytest.param(scenario, proof, id=f"{scenario.id}-{proof.settings}")
    for scenario in SCENARIOS.values()
    for proof in scenario.proofs
]
MISSING_FILE = "FileNotFoundError"


def run(id_, executable=sys.executable, off=(), **knobs):
    """Runs a scenario on a stage of its own to its end and returns the last frame."""
    session = Session(SCENARIOS[id_], executable)
    try:
        for name, value in knobs.items():
            assert session.set_knob(name, value) == ""
        for name in off:
            session.switch(name, False)
        session.run()
        frame = session.wait(60)
    finally:
        session.close()
    assert frame.ended is Ended.FINISHED, frame.trouble
    assert frame.dropped == 0
    return frame


def kinds(frame):
    return {finding.kind for finding in frame.findings}


def check_counter(off, executable=sys.executable, **knobs):
    frame = run("counter", executable, ["lock"] if off else [], **knobs)
    assert frame.expected == frame.found + len(frame.losses.times)
    assert (FindingKind.LOST_UPDATE in kinds(frame)) == off
    assert (frame.found < frame.expected) == off


def check_reader(off, executable=sys.executable):
    frame = run("writer_reader", executable, ["file_ready"] if off else [], WRITER_PACE=10, READER_PACE=15)
    lanes = {lane.name: lane for lane in frame.lanes}
    assert (MISSING_FILE in (lanes["Reader"].error or "")) == off
    assert lanes["Writer"].error is None
    found = [finding for finding in frame.findings if finding.kind is FindingKind.EXCEPTION]
    assert [finding.thread for finding in found] == (["Reader"] if off else [])
    if off:
        text = SCENARIOS["writer_reader"].program.read_text("utf-8").splitlines()
        assert "open(path)" in text[found[0].line - 1]


@pytest.mark.parametrize("off", [True, False], ids=["lock off", "lock on"])
@pytest.mark.parametrize("window", ["call", "work", "sleep"])
def test_that_the_counter_loses_updates_exactly_when_the_lock_is_off(window, off):
    for _ in range(TIMES):
        check_counter(off, WINDOW=window, PACE=2)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="up to 3.9 it loses")
def test_that_the_textbook_line_loses_nothing_with_the_lock_off():
    frame = run("counter", off=["lock"], WINDOW="nothing", ROUNDS=20_000)
    assert frame.found == frame.expected == 40_000
    assert FindingKind.LOST_UPDATE not in kinds(frame)


def test_that_four_threads_lose_more_than_half():
    frame = run("counter", off=["lock"], WINDOW="sleep", THREADS=4, PACE=2)
    assert frame.expected == 160
    assert frame.found < 80


@pytest.mark.parametrize("off", [True, False], ids=["event off", "event on"])
def test_that_the_reader_finds_no_file_exactly_when_the_event_is_off(off):
    for _ in range(TIMES):
        check_reader(off)


def test_that_a_writer_who_starts_first_hides_the_missing_event():
    frame = run("writer_reader", off=["file_ready"], READER_FIRST=False, WRITER_PACE=10, READER_PACE=15)
    assert frame.findings == ()


def test_that_the_reader_sees_an_empty_file_and_half_a_line():
    frame = run("writer_reader", WRITER_PACE=100, READER_PACE=20, LINES=2)
    seen = [line.text for line in frame.output]
    assert "sees 0 of 2 lines" in seen
    assert any("and a piece: '1 times 1'" in line for line in seen)


@pytest.mark.parametrize(("size", "deepest"), [(1, 1), (3, 3), (0, 10)])
def test_that_the_queue_never_holds_more_than_its_size_and_loses_no_parcel(size, deepest):
    for _ in range(TIMES):
        frame = run("producer_consumer", QUEUE_SIZE=size, ITEMS=10, PRODUCER_PACE=1, CONSUMER_PACE=10)
        assert (frame.expected, frame.found) == (10, 10)
        assert kinds(frame) <= {FindingKind.HELD_LONG}
        (depth,) = frame.depths
        assert 0 < depth.values.max() <= max(deepest, 2 if size == 0 else 1)


def check_proof(scenario, proof, executable):
    knobs, switches = catalogue.settings(proof.settings)
    frame = run(scenario.id, executable, [name for name, on in switches.items() if not on], **knobs)
    if proof.finding:
        assert FindingKind(proof.finding) in kinds(frame)
    else:
        assert kinds(frame) <= {FindingKind.HELD_LONG}


@pytest.mark.parametrize(("scenario", "proof"), PROOFS)
def test_that_it_shows_what_it_says_on_every_python_found(scenario, proof):
    for executable in PYTHONS:
        for _ in range(TIMES if executable == sys.executable else 1):
            check_proof(scenario, proof, executable)


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
def test_that_each_scenario_says_what_it_shows(scenario):
    assert scenario.error == ""
    assert scenario.proofs


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
def test_that_the_program_runs_by_itself_and_leaves_no_file(scenario, tmp_path):
    told = subprocess.run(
        [sys.executable, str(scenario.program)], check=False, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
def test_that_everything_there_is_to_try_runs_to_its_end(scenario):
    for one in scenario.tries:
        knobs, switches = catalogue.settings(one.settings)
        session = Session(scenario)
        try:
            for name, value in knobs.items():
                assert session.set_knob(name, value) == ""
            for name, on in switches.items():
                session.switch(name, on)
            session.set_speed(5)
            session.run()
            assert session.wait(60).ended is Ended.FINISHED
        finally:
            session.close()
