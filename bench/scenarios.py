"""Whether every scenario shows what it says: each proof many times, on every Python, and the program by itself."""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence

from engine.environment import interpreters
from engine.scenarios import catalogue
from engine.scenarios.scenario import Proof, Scenario
from engine.session import proofs


def main(arguments: Sequence[str] = ()) -> int:
    """Prints a row for each proof and each program. Returns 1 when anything is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m bench scenarios", description=__doc__)
    parser.add_argument("--only", default="", help="the id of a scenario")
    parser.add_argument("--times", type=int, default=20, help="runs of each proof on this Python")
    options = parser.parse_args(arguments)
    others = [one for one in interpreters.find() if one.executable != sys.executable]
    scenarios = [one for one in catalogue.load([catalogue.OWN_FOLDER]) if options.only in ("", one.id)]
    if not scenarios:
        print(f"There is no scenario {options.only!r}.", file=sys.stderr)
        return 2
    print(f"{'':30} {options.times} times on {sys.version.split()[0]}; once on: {_versions(others)}")
    missed = sum(_row(scenario, options.times, others) for scenario in scenarios)
    print(f"{len(scenarios)} scenarios, {missed} not as they should be" if missed else "all as they should be")
    return 1 if missed else 0


def _versions(pythons: Sequence[interpreters.Candidate]) -> str:
    return ", ".join(python.version for python in pythons) or "none other found"


def _row(scenario: Scenario, times: int, others: Sequence[interpreters.Candidate]) -> int:
    """Everything of one scenario; returns how many things were wrong."""
    if scenario.error:
        print(f"{scenario.id}: {scenario.error}")
        return 1
    if scenario.page:
        print(f"{scenario.id}: a page")
        return 0
    wrong = sum(_prove(scenario, proof, times, others) for proof in scenario.proofs)
    if not scenario.proofs:
        print(f"{scenario.id}: it has no proof")
        wrong += 1
    return wrong + _compare(scenario)


def _prove(scenario: Scenario, proof: Proof, times: int, others: Sequence[interpreters.Candidate]) -> int:
    began = time.perf_counter()
    here = proofs.prove(scenario, proof, times=times)
    each = (time.perf_counter() - began) / max(1, times)
    there = {one.version: proofs.prove(scenario, proof, one.executable)[0] for one in others}
    good, fine = here.count(""), sum(not problem for problem in there.values())
    print(
        f"{scenario.id:18} {good:3} of {times:2} {each:6.2f} s  elsewhere {fine} of {len(there)}  "
        f"{proof.finding or 'no fault':18} {proof.settings}",
        flush=True,
    )
    problems = [problem for problem in dict.fromkeys(here) if problem]
    problems += [f"Python {version}: {problem}" for version, problem in there.items() if problem]
    for problem in problems[:5]:
        print(f"    {problem}")
    return len(problems)


def _compare(scenario: Scenario) -> int:
    """The program by itself: it ends well, complains of nothing, leaves nothing and says the same."""
    try:
        outside = proofs.by_itself(scenario)
    except subprocess.TimeoutExpired:
        problems = ["it does not end by itself"]
    else:
        inside = proofs.on_the_stage(scenario)
        problems = [f"exit status {outside.status}"] if outside.status else []
        problems += [f"on stderr: {outside.complaint.strip().splitlines()[-1]}"] if outside.complaint.strip() else []
        problems += [f"it leaves {', '.join(outside.left)}"] if outside.left else []
        if not proofs.alike(scenario, inside, outside.last):
            problems.append(f"the last line is {outside.last!r}, on the stage {inside!r}")
    print(f"{scenario.id:18} by itself: {'; '.join(problems) or 'the same'}", flush=True)
    return len(problems)
