"""Whether a deadlock or a standstill is told exactly where a random program's own account says so.

Each program (`_random_programs`) runs as `run` runs it. Where its account says that nobody will move any more, the
findings have to say so, with the threads that wait in a circle, and in time; where it says that all is well they must
not. Who held each lock, one after the other, has to be the same in the account and in the records. Programs that are
wrong are named with their seed; `--show SEED` writes one of them.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np

from bench._random_programs import ACCOUNT, Account, Maker
from engine.analysis import trace
from engine.analysis.run_facts import RunFacts
from engine.environment import interpreters
from engine.findings.gravity import STANDSTILL
from engine.frame import Ended, Finding, FindingKind, Folder, Frame, Launch, Phase
from engine.protocol.records import Kind
from engine.scenarios import catalogue
from engine.session.session import Session
from engine.words.findings import sentence

AT_ONCE = 3 * (os.cpu_count() or 1)  # most of the time a program waits
QUIET = 0.8  # seconds without a word after which a program has come to rest
WORDS_IN = 5.0  # seconds that the words may take on a machine on which others run too; how long they took is told
LOOKS = 400  # at the findings in that time: where the machine lets nobody look, nothing can be told
BRIEF = 0.5  # seconds: a circle that stood for less need not be remembered
PATIENCE = 120.0  # seconds


@dataclass(frozen=True)
class Verdict:
    """What is wrong with one program; how long the words took."""

    seed: int
    faults: tuple[str, ...]
    seconds: float | None  # from the last word of the program to the finding; None: it came to its end


def tried(seed: int, executable: str) -> Verdict:
    """Makes it, runs it, and compares."""
    maker = Maker(seed)
    text = maker.program()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        path, account = Path("program.py"), Path(folder, ACCOUNT)
        path.write_text(text, "utf-8")
        try:
            with closing(Session(catalogue.from_file(path, Path(folder)), executable)) as session:
                session.set_launch(Launch("", "", Folder.CURRENT, path.name))
                session.run()
                session.end_input(shown=False)
                rested, seconds = _watched(session, account, maker)
                faults = _settled(session, account) if rested else []
                session.stop()
                frame = session.wait(10)
                faults += _at_the_end(Account(account), frame, rested=rested) + _holders(Account(account), session)
        finally:
            os.chdir(tempfile.gettempdir())
    return Verdict(seed, tuple(faults), seconds)


def _watched(session: Session, account: Path, maker: Maker) -> tuple[bool, float | None]:
    """Pumps until the program has ended, or nobody will move any more and that is said.

    Returns whether it has come to rest, and seconds from the last word of the program until it was said; None: it was
    not, though there was time.
    """
    deadline, size, since, said, looks = time.monotonic() + PATIENCE, 0, time.monotonic(), 0.0, 0
    while (frame := session.pump()).run.phase is not Phase.ENDED:
        now = time.monotonic()
        if now > deadline:
            raise TimeoutError("it neither ended nor came to rest")
        new = account.stat().st_size if account.exists() else 0
        if new != size:
            size, since, said, looks = new, now, 0.0, 0
        elif not said and any(map(_standing, frame.result.findings)):
            said = now
        looks += 1
        if size and now - since > (QUIET if said else WORDS_IN) and (said or looks > LOOKS):
            so_far = Account(account)
            if so_far.blocked and so_far.rests(maker.threads) and not (maker.daemons and "MainThread" in so_far.ended):
                return True, said - since if said else None
        time.sleep(0.005)
    return False, None


def _settled(session: Session, account: Path) -> list[str]:
    """What is wrong of a program that has come to rest, once the records have come as far as its account."""
    deadline, looks = time.monotonic() + WORDS_IN, 0
    while (faults := [*_at_rest(Account(account), session.pump())]) and (time.monotonic() < deadline or looks < LOOKS):
        looks += 1
        time.sleep(0.005)
    return faults


def _standing(one: Finding) -> bool:
    return one.kind in STANDSTILL and not getattr(one, "freed", 0) and not one.until


def _names(frame: Frame, one: Finding) -> frozenset[str]:
    lanes = {lane.id: lane.name for lane in frame.recording.lanes}
    return frozenset(lanes.get(lane, f"lane {lane}") for lane in one.threads)


def _at_rest(account: Account, frame: Frame) -> Iterator[str]:
    """Nobody moves: that has to be said, of those who wait in a circle first."""
    circles, possible = set(account.circles()), set(account.circles(places=True))
    found = [one for one in frame.result.findings if _standing(one)]
    told = {_names(frame, one) for one in found if one.kind is FindingKind.DEADLOCK}
    yield from (f"not told: a deadlock of {', '.join(sorted(circle))}" for circle in circles - told)
    false = {circle for circle in told - circles - possible if not _at_a_queue(circle, account)}
    yield from (f"no deadlock: {', '.join(sorted(circle))}" for circle in false)
    if not found:
        yield f"not told: it stands still: {account.blocked}"
    for one in found:
        if not _names(frame, one) <= account.blocked.keys():
            yield f"does not wait: {sorted(_names(frame, one) - account.blocked.keys())}: {sentence(one)}"


def _at_a_queue(circle: frozenset[str], account: Account) -> bool:
    """Whether all of them wait for ever, and one does so at a queue: whom that one waits for is a matter of opinion."""
    kinds = {account.blocked[thread].kind for thread in circle if thread in account.blocked}
    return circle <= account.blocked.keys() and not kinds.isdisjoint({"put", "get"})


def _at_the_end(account: Account, frame: Frame, *, rested: bool) -> list[str]:
    faults = []
    stuck = [one for one in frame.result.findings if one.kind is FindingKind.STUCK and _standing(one)]
    if not rested and frame.run.ended is not Ended.FINISHED:
        faults.append(f"it did not end: {frame.run.ended}")
    if not account.blocked:
        true = {FindingKind.HELD_LONG, FindingKind.DEADLOCK}  # of a deadlock that was, more is asked below
        false = [one for one in frame.result.findings if one.kind not in true or _standing(one)]
        cut = [one for one in false if one.kind is FindingKind.CUT_OFF and account.ended.isdisjoint(_names(frame, one))]
        faults += [f"false: {sentence(one)}" for one in false if one not in cut]  # who had not said its last word
    elif not rested:  # daemons were cut off
        faults += [f"still standing after the end: {sentence(one)}" for one in stuck]
    told = {_names(frame, one) for one in frame.result.findings if one.kind is FindingKind.DEADLOCK}
    long = {circle for circle in account.of_locks if account.stood[circle] > BRIEF}
    long = {circle for circle in long if len(circle) > 1}  # a lock of its own, with a time-out, may be a signal
    faults += [f"forgotten: a deadlock of {', '.join(sorted(circle))}" for circle in long - told]
    never = {circle for circle in told - account.stood.keys() if not _at_a_queue(circle, account)}
    faults += [f"there was no deadlock of {', '.join(sorted(circle))}" for circle in never]
    return faults


def _holders(account: Account, session: Session) -> list[str]:
    """Locks whose holders are not the same, one after the other. A lock taken again by its holder counts once."""
    session.save("kept.run")
    kept, facts = trace.load("kept.run"), RunFacts()
    facts.note(kept.facts)
    records = np.concatenate(kept.trace.chunks())
    orders: dict[str, list[str]] = {}
    for record in records[records["kind"] == Kind.LOCK_GOT]:
        name = facts.thing_name(int(record["object"]))
        orders.setdefault(name, []).append(facts.thread_name(int(record["thread"])))
    faults = []
    for lock, there in account.holders.items():
        if not lock.startswith("lock"):
            continue
        said, seen = ([name for name, _ in groupby(order)] for order in (there, orders.get(lock, [])))
        if said != seen:
            faults.append(f"holders of {lock}: {said}, recorded {seen}")
    return faults


def main(arguments: Sequence[str] = ()) -> int:
    """Prints the seeds of programs that were told wrong. Returns 1 when there is one."""
    parser = argparse.ArgumentParser(prog="python -m bench truth", description=__doc__)
    parser.add_argument("--programs", type=int, default=200, metavar="N", help="how many (200)")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="the first one (1)")
    parser.add_argument("--python", action="append", metavar="VERSION", help="only those that begin so, such as 3.9")
    parser.add_argument("--show", type=int, metavar="SEED", help="write this program, and run nothing")
    options = parser.parse_args(arguments)
    if options.show is not None:
        print(Maker(options.show).program(), end="")
        return 0
    found = [one for one in interpreters.find() if not one.problem]
    pythons = [one for one in found if not options.python or one.version.startswith(tuple(options.python))]
    if not pythons:
        print("No such Python was found.", file=sys.stderr)
        return 2
    wrong, seconds, ended = 0, list[float](), 0
    with ProcessPoolExecutor(AT_ONCE) as pool:
        seeds = range(options.first, options.first + options.programs)
        all_runs = [pool.submit(tried, seed, pythons[seed % len(pythons)].executable) for seed in seeds]
        for seed, run in zip(seeds, all_runs, strict=True):
            verdict = run.result()
            wrong += bool(verdict.faults)
            for fault in verdict.faults:
                print(f"seed {seed}, Python {pythons[seed % len(pythons)].version}: {fault}", flush=True)
            ended += verdict.seconds is None
            seconds += [] if verdict.seconds is None else [verdict.seconds]
    print(f"{options.programs} programs on {len(pythons)} Pythons, {ended} came to their end: {wrong} wrong")
    if len(seconds) > 1:
        print(f"from standstill to words: median {statistics.median(seconds):.2f} s, at most {max(seconds):.2f} s")
    return int(wrong > 0)
