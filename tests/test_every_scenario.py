"""Every scenario: its bug is there with the switch off and gone with it on, every time, on old and new Pythons.

They run side by side: a class's machine is busy too, and there are many. `python -m bench scenarios` runs each
twenty times, one after another, on every Python found.
"""

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import psutil
import pytest

from engine.findings.gravity import STANDSTILL
from engine.frame import Ended, FindingKind, Phase
from engine.scenarios import catalogue, lanes
from engine.scenarios.scenario import settings
from engine.session import proofs
from engine.session.session import Session
from engine.words.reasons import death
from tests.pythons import pythons

TIMES = 2
HERE, OUTSIDE = 2, 2  # programs that run at once on this Python, and without a stage; most of the time they sleep
SIDE_BY_SIDE = 300  # seconds: a test may have to wait for what runs beside it
ENDLESS = STANDSTILL | {FindingKind.NOT_JOINED, FindingKind.KEPT_ALIVE}  # a program may wait for ever then
STILL = 60  # seconds of program time after which it does
QUIET = 25  # percent of all processors that others use
LOOKS = 15  # seconds that are waited for that
LONGEST = 1  # real seconds that a try may compute; what computes cannot be sped up
SCENARIOS = {one.id: one for one in catalogue.load([catalogue.OWN_FOLDER])}
PROGRAMS = [pytest.param(one, id=one.id) for one in SCENARIOS.values() if not one.page]
PROOFS = [
    pytest.param(scenario, proof, id=f"{scenario.id}-{number}-{proof.settings}")
    for scenario in SCENARIOS.values()
    for number, proof in enumerate(scenario.proofs, 1)
]
PROOF_IDS = [proof for scenario in SCENARIOS.values() for proof in scenario.proofs]
TRIES = [
    pytest.param(scenario, one, id=f"{scenario.id}-{number}-{one.settings}")
    for scenario in SCENARIOS.values()
    for number, one in enumerate(scenario.tries, 1)
]
MISSING_FILE = "FileNotFoundError"


def run(id_, executable=sys.executable, off=(), **knobs):
    """Runs a scenario on a stage of its own to its end and returns the last frame."""
    session = Session(SCENARIOS[id_], executable)
    try:
        for name, value in knobs.items():
            assert session.set_knob(name, value) is None
        for name in off:
            session.switch(name, False)
        session.run()
        frame = session.wait(60)
    finally:
        session.close()
    assert frame.run.ended is Ended.FINISHED, frame.run.trouble
    assert frame.recording.dropped == 0
    return frame


def kinds(frame):
    return {finding.kind for finding in frame.result.findings}


def check_counter(off, executable=sys.executable, **knobs):
    frame = run("counter", executable, ["lock"] if off else [], **knobs)
    assert frame.result.expected == frame.result.found + len(frame.recording.losses.times)
    assert (FindingKind.LOST_UPDATE in kinds(frame)) == off
    assert (frame.result.found < frame.result.expected) == off


def check_reader(off, executable=sys.executable):
    frame = run("writer_reader", executable, ["file_ready"] if off else [], WRITER_PACE=10, READER_PACE=15)
    lanes = {lane.name: lane for lane in frame.recording.lanes}
    error = lanes["Reader"].error
    assert (error is not None and MISSING_FILE in death(error)) == off
    assert lanes["Writer"].error is None
    found = [finding for finding in frame.result.findings if finding.kind is FindingKind.EXCEPTION]
    assert [finding.thread for finding in found] == (["Reader"] if off else [])
    if off:
        text = SCENARIOS["writer_reader"].program.read_text("utf-8").splitlines()
        assert "open(path)" in text[found[0].line - 1]


@pytest.mark.parametrize("off", [True, False], ids=["lock off", "lock on"])
def test_that_the_counter_loses_updates_exactly_when_the_lock_is_off(off):
    for _ in range(TIMES):
        check_counter(off, WINDOW="call", PACE=2)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="up to 3.9 it loses")
def test_that_the_textbook_line_loses_nothing_with_the_lock_off():
    frame = run("counter", off=["lock"], WINDOW="nothing", ROUNDS=20_000)
    assert frame.result.found == frame.result.expected == 40_000
    assert FindingKind.LOST_UPDATE not in kinds(frame)


def test_that_four_threads_lose_more_than_half():
    frame = run("counter", off=["lock"], WINDOW="sleep", THREADS=4, PACE=2)
    assert frame.result.expected == 160
    assert frame.result.found < 80


@pytest.mark.parametrize("off", [True, False], ids=["event off", "event on"])
def test_that_the_reader_finds_no_file_exactly_when_the_event_is_off(off):
    check_reader(off)


def test_that_a_writer_who_starts_first_hides_the_missing_event():
    frame = run("writer_reader", off=["file_ready"], READER_FIRST=False, WRITER_PACE=10, READER_PACE=15)
    assert frame.result.findings == ()


def test_that_the_reader_sees_an_empty_file_and_half_a_line():
    frame = run("writer_reader", WRITER_PACE=100, READER_PACE=20, LINES=2)
    seen = [line.text for line in frame.recording.output]
    assert "sees 0 of 2 lines" in seen
    assert any("and a piece: '1 times 1'" in line for line in seen)


@pytest.mark.parametrize(("size", "deepest"), [(1, 1), (3, 3), (0, 10)])
def test_that_the_queue_never_holds_more_than_its_size_and_loses_no_parcel(size, deepest):
    frame = run("producer_consumer", QUEUE_SIZE=size, ITEMS=10, PRODUCER_PACE=1, CONSUMER_PACE=10)
    assert (frame.result.expected, frame.result.found) == (10, 10)
    assert kinds(frame) <= {FindingKind.HELD_LONG}
    (depth,) = frame.recording.depths
    assert 0 < depth.values.max() <= max(deepest, 2 if size == 0 else 1)


class Crew:
    """Workers that run scenarios on one Python, each in a session of its own, so that the next stage is warm."""

    def __init__(self, executable, workers):
        self.executable = executable
        self._pool = ThreadPoolExecutor(workers)
        self._own = threading.local()
        self._sessions = []

    def submit(self, job, *words):
        return self._pool.submit(self._carry_out, job, *words)

    def _carry_out(self, job, *words):
        if not hasattr(self._own, "session"):
            self._own.session = Session(None, self.executable)
            self._sessions.append(self._own.session)
        return job(self._own.session, self.executable, *words)

    def close(self):
        self._pool.shutdown()
        for session in self._sessions:
            session.close()


def prove(session, executable, scenario, proof):
    """Once for what measures: it takes both processors, and luck is not what it shows."""
    times = TIMES if executable == sys.executable and scenario.parts is None else 1
    return proofs.prove_in(session, scenario, proof, executable, times)


def try_out(session, executable, scenario, one):
    """Runs what there is to try, fast; returns how it ended, or that it never will, which may be what it shows."""
    session.open(scenario)
    knobs, switches = settings(one.settings)
    for name, value in knobs.items():
        assert session.set_knob(name, value) is None
    for name, on in switches.items():
        session.switch(name, on)
    session.set_speed(20)
    session.run()
    began, still = time.monotonic(), None
    while session.pump().run.phase is not Phase.ENDED:
        frame = session.frame
        if still is None and kinds(frame) & ENDLESS:
            still = frame.run.now
        if still is not None and frame.run.now > still + STILL:
            return "stands still"
        if time.monotonic() > began + LONGEST and any(part.end for part in frame.recording.parts):
            return "computes"
        time.sleep(0.01)
    return session.frame.run.ended


def is_quiet():
    """Whether the processors become free soon."""
    return any(psutil.cpu_percent(1) < QUIET for _ in range(LOOKS))


@pytest.fixture(scope="module")
def begun(request):
    """Everything that the tests below ask for, running side by side: by the name of the test, then by the Python."""
    crews = [Crew(executable, HERE if executable == sys.executable else 1) for executable in pythons()]
    (own,) = (crew for crew in crews if crew.executable == sys.executable)
    wanted = [item for item in request.session.items if item.path == request.path]
    with ThreadPoolExecutor(OUTSIDE) as outside:
        jobs = {}
        for item in wanted:
            if item.function is test_that_the_program_runs_by_itself_and_leaves_no_file:
                jobs[item.nodeid] = {"": outside.submit(proofs.by_itself, item.callspec.params["scenario"])}
            elif item.function is test_that_everything_there_is_to_try_comes_to_its_end:
                scenario, one = (item.callspec.params[name] for name in ("scenario", "one"))
                jobs[item.nodeid] = {"": own.submit(try_out, scenario, one)}
            elif item.function is test_that_it_shows_what_it_says_on_old_and_new_pythons:
                scenario, proof = (item.callspec.params[name] for name in ("scenario", "proof"))
                others = [crew for crew in crews if crew is not own]
                other = others[PROOF_IDS.index(proof) % len(others) :][:1] if others else []
                crews_for = [] if proof.alone else [own, *other]  # the others in turns
                jobs[item.nodeid] = {crew.executable: crew.submit(prove, scenario, proof) for crew in crews_for}
        yield jobs
    for crew in crews:
        crew.close()


@pytest.fixture
def results(request, begun):
    """Waits for what came of it, on each Python."""
    return lambda: {executable: job.result() for executable, job in begun[request.node.nodeid].items()}


@pytest.mark.timeout(SIDE_BY_SIDE)
@pytest.mark.parametrize("scenario", PROGRAMS)
def test_that_the_program_runs_by_itself_and_leaves_no_file(scenario, results):
    told = results()[""]
    assert (told.status, told.complaint) == (0, "")
    assert told.last
    assert told.left == ()


@pytest.mark.timeout(SIDE_BY_SIDE)
@pytest.mark.parametrize(("scenario", "one"), TRIES)
def test_that_everything_there_is_to_try_comes_to_its_end(scenario, one, results):
    assert results()[""] in (Ended.FINISHED, "stands still", "computes")


@pytest.mark.timeout(SIDE_BY_SIDE)
@pytest.mark.parametrize(("scenario", "proof"), PROOFS)
def test_that_it_shows_what_it_says_on_old_and_new_pythons(scenario, proof, results, begun):
    if proof.alone:
        pytest.skip("how long computing takes cannot be compared beside other tests: python -m bench scenarios does it")
    problems = {executable: found for executable, found in results().items() if any(found)}
    measured = scenario.parts is not None or "took" in proof.expression
    if problems and measured:  # again, where nothing else runs
        wait([job for jobs in begun.values() for job in jobs.values()])
        if not is_quiet():
            pytest.skip("other programs keep this machine busy: how long things take cannot be measured now")
        problems = {executable: proofs.prove(scenario, proof, executable) for executable in problems}
        problems = {executable: found for executable, found in problems.items() if any(found)}
    assert problems == {}


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS.keys())
def test_that_each_scenario_says_what_it_shows(scenario):
    assert scenario.error == ""
    assert scenario.page or scenario.proofs


# Computing takes less long than usual, and with this few tasks the next worker of a pool is still needed.
SHORTER = {
    "cpu_or_io": {"TASKS": 2, "STEPS": 4_000_000},
    "backtest": {"DAYS": 50_000},
    "joblib_backends": {"STEPS": 1_000_000},
}
POOLED = 0.7  # of the lanes at least: a pool starts a worker only where none is free, and a busy machine is slow


@pytest.mark.parametrize("scenario", [one for one in PROGRAMS if SCENARIOS[one.id].lanes])
def test_that_a_scenario_has_as_many_lanes_as_it_says(scenario):
    if any(proofs.lacking(sys.executable, library) for library in scenario.needs):
        pytest.skip(f"needs {scenario.needs}")
    session = Session(scenario)
    try:
        session.set_speed(20)
        for name, value in SHORTER.get(scenario.id, {}).items():
            assert session.set_knob(name, value) is None
        session.run()
        frame = session.wait(60)
        said, has = lanes.reckoned(scenario.lanes, frame.program.knobs), len(frame.recording.lanes)
    finally:
        session.close()
    assert said is not None
    assert said * (POOLED if scenario.parts is not None else 1.0) <= has <= said
