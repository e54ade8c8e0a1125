"""Workers of a pool that end in the middle of a call, who waits for that, and pools that say so themselves."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.frame import Finding, FindingKind
from engine.frame.finding import LostCall, PoolThreadDied
from engine.words.findings import cure, sentence
from tests.engine.process_kit import METHODS, Watched, pump_until
from tests.pythons import pythons

WORK = """
import ctypes, multiprocessing.pool
def work(how):
    if how == "exits":
        sys.exit(3)
    if how == "leaves":
        os._exit(137)
    if how == "crashes":
        ctypes.string_at(0)
    return how
"""


def lost(found: tuple[Finding, ...]) -> list[LostCall]:
    return [one for one in found if isinstance(one, LostCall)]


def hung(watched: Watched, main: str, method: str, executable: str) -> LostCall:
    """Runs a program whose main thread waits for ever, until it is said so, and stops it."""
    session = watched.open(WORK, main, method, executable)
    session.run()
    frame = pump_until(session, lambda frame: any(one.waiters for one in lost(frame.result.findings)))
    session.stop()
    session.wait(60)
    session.close()
    (found,) = lost(frame.result.findings)
    return found


CALLBACKS = """
import multiprocessing
class Bad(Exception):
    def __init__(self, code, text):
        super().__init__(text)
def store(value):
    raise ValueError(f"cannot store {value}")
def work(how):
    if how == "fails":
        raise ValueError("no")
    if how == "bad":
        raise Bad(3, "no")
    return how
"""


def dead_pool(watched: Watched, main: str, executable: str) -> PoolThreadDied:
    session = watched.open(CALLBACKS, main, METHODS[0], executable)
    session.run()
    frame = pump_until(
        session, lambda frame: any(isinstance(one, PoolThreadDied) and one.waiters for one in frame.result.findings)
    )
    session.stop()
    session.wait(60)
    session.close()
    (found,) = (one for one in frame.result.findings if isinstance(one, PoolThreadDied))
    assert not [one for one in frame.result.findings if one.kind is FindingKind.EXPLAINED]
    return found


@pytest.mark.parametrize("executable", pythons(), ids=lambda path: Path(path).parent.parent.name)
def test_that_a_callback_that_kills_the_thread_for_results_is_told_and_who_waits(
    watched: Watched, executable: str
) -> None:
    main = "pool = processes.Pool(1)\npool.apply_async(work, (7,), callback=store)\npool.close()\npool.join()\n"
    found = dead_pool(watched, main, executable)
    assert sentence(found) == (
        "The pool's thread for results died of ValueError: cannot store 7, in the callback store in line 8: nothing "
        "reports results any more, and get(), map() and join() wait for ever. "
        "MainThread waits for the pool to end in line 20 for ever."
    )
    assert "callback" in cure(found)


def test_that_a_result_that_cannot_be_read_kills_that_thread_too(watched: Watched) -> None:
    found = dead_pool(watched, "pool = processes.Pool(1)\nprint(pool.map(work, ['bad']))\n", pythons()[0])
    assert (found.form, found.line) == ("result", 18)
    assert sentence(found).endswith("MainThread waits for map(work) in line 18 for ever.")


def test_that_callbacks_that_go_well_kill_no_pool_and_see_what_failed(watched: Watched) -> None:
    frame = watched.run(
        CALLBACKS,
        "with processes.Pool(1) as pool:\n"
        "    pool.apply_async(work, (7,), callback=print)\n"
        "    pool.apply_async(work, ('fails',), error_callback=print)\n"
        "    pool.map_async(work, ['fails'], error_callback=print)\n"
        "    pool.close()\n    pool.join()\n",
    )
    assert [line.text for line in frame.recording.output] == ["7", "no", "no"]
    assert not frame.result.findings


@pytest.mark.parametrize("executable", pythons(), ids=lambda path: Path(path).parent.parent.name)
def test_that_a_call_that_is_lost_with_its_worker_is_told_and_who_waits_for_it(
    watched: Watched, executable: str
) -> None:
    main = "pool = processes.Pool(2)\nprint(pool.map(work, ['goes', 'leaves', 'goes'], 1))\n"
    found = hung(watched, main, METHODS[0], executable)
    assert sentence(found) == (
        f"os._exit(137) in line 8 ended {found.thread} while it did work('leaves'), and the call is lost. "
        "MainThread waits for map(work) in line 15 for ever."
    )
    assert found.line == 8
    assert "concurrent.futures" in cure(found)


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a crash has another number")
def test_that_a_crash_is_told_by_its_signal_and_who_waits_for_the_end_of_the_pool(watched: Watched) -> None:
    main = "pool = processes.Pool(1)\nresult = pool.apply_async(work, ('crashes',))\npool.close()\npool.join()\n"
    found = hung(watched, main, METHODS[-1], pythons()[0])
    assert sentence(found) == (
        f"{found.thread} died while it did work('crashes'): ended by signal 11 (SIGSEGV). The call is lost. "
        "MainThread waits for the pool to end in line 17 for ever."
    )


def test_that_an_exit_in_a_pool_of_threads_loses_the_call_and_is_told_as_that(watched: Watched) -> None:
    main = "pool = multiprocessing.pool.ThreadPool(2)\nprint(next(pool.imap(work, ['exits'])))\n"
    found = hung(watched, main, METHODS[0], pythons()[0])
    assert sentence(found) == (
        f"sys.exit(3) in line 6 ended {found.thread} while it did work('exits'), and the call is lost. "
        "MainThread waits for imap(work) in line 15 for ever."
    )


def test_that_who_asks_with_a_time_out_is_not_named(watched: Watched) -> None:
    frame = watched.run(
        WORK,
        "with processes.Pool(1) as pool:\n    result = pool.apply_async(work, ('leaves',))\n    try:\n"
        "        result.get(0.5)\n    except multiprocessing.TimeoutError:\n"
        "        print(pool.apply(work, ('goes',)))\n",
    )
    (found,) = lost(frame.result.findings)
    assert sentence(found).endswith("while it did work('leaves'), and the call is lost. Its pool never tells anybody.")


def test_that_a_pool_that_says_so_or_is_terminated_loses_no_call(watched: Watched) -> None:
    frame = watched.run(
        WORK + "from concurrent.futures import ProcessPoolExecutor\n",
        "with ProcessPoolExecutor(2) as executor:\n    futures = [executor.submit(work, 'leaves') for _ in range(3)]\n"
        "    print(type(futures[0].exception()).__name__)\n"
        "pool = processes.Pool(2)\nresult = pool.map_async(time.sleep, [600, 600])\ntime.sleep(0.05)\n"
        "pool.terminate()\npool.join()\n"
        "with processes.Pool(2) as pool:\n    pool.apply_async(time.sleep, (600,))\n"
        "    print(pool.apply(work, (1,)))\n",
    )
    assert [line.text for line in frame.recording.output] == ["BrokenProcessPool", "1"]
    may = {FindingKind.EXCEPTION, FindingKind.EXPLAINED, FindingKind.TASKS_LEFT}  # the last pool ends before its task
    assert {one.kind for one in frame.result.findings} <= may
