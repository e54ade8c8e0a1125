"""How often the races show with the switch off, and with it on, on every interpreter found."""

import argparse
from collections.abc import Sequence

from engine.environment import interpreters
from engine.frame.finding import ThreadDied
from engine.scenarios import catalogue
from engine.session.session import Session

CASES = (
    ("counter", {"WINDOW": "sleep"}, "lock", "lost-update"),
    ("counter", {"WINDOW": "work"}, "lock", "lost-update"),
    ("counter", {"WINDOW": "call"}, "lock", "lost-update"),
    ("counter", {"WINDOW": "nothing"}, "lock", "lost-update"),
    ("writer_reader", {"READER_FIRST": True}, "file_ready", "exception"),
)


def shown(session: Session, bug: str) -> bool:
    """Whether the run that has just ended shows the bug."""
    findings = session.frame.result.findings
    if bug == "exception":
        return any(isinstance(f, ThreadDied) and f.file for f in findings)
    return any(f.kind.value == bug for f in findings)


def count(executable: str, case: tuple[str, dict[str, object], str, str], on: bool, runs: int) -> tuple[int, int]:
    """In how many runs the bug shows, and how many did not finish by themselves."""
    name, knobs, switch, bug = case
    (scenario,) = (one for one in catalogue.load([catalogue.OWN_FOLDER]) if one.id == name)
    session = Session(scenario, executable)
    hits = unfinished = 0
    try:
        for knob, value in knobs.items():
            refusal = session.set_knob(knob, value)
            assert not refusal, refusal
        session.switch(switch, on)
        for _ in range(runs):
            session.run()
            frame = session.wait(60)
            unfinished += frame.run.ended is None or frame.run.ended.value != "finished"
            hits += shown(session, bug)
    finally:
        session.close()
    return hits, unfinished


def main(arguments: Sequence[str] = ()) -> None:
    """Prints one row for each case and interpreter."""
    parser = argparse.ArgumentParser(prog="python -m bench races", description=__doc__)
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--only", default="", help="a word that the case must contain")
    parser.add_argument("--python", default="", help="how the version must begin, such as 3.9")
    options = parser.parse_args(arguments)
    pythons = [python for python in interpreters.find() if python.version.startswith(options.python)]
    print(f"{'Python':10} {'case':42} {'off':>9} {'on':>9}  not finished")
    for python in pythons:
        for case in CASES:
            label = f"{case[0]} " + " ".join(f"{knob}={value}" for knob, value in case[1].items())
            if options.only not in label:
                continue
            off, bad = count(python.executable, case, False, options.runs)
            on, worse = count(python.executable, case, True, options.runs)
            print(
                f"{python.version:10} {label:42} {off:3} of {options.runs:2} {on:3} of {options.runs:2}  {bad + worse}",
                flush=True,
            )
