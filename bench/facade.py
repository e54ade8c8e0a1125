"""What an operation of the facade costs beside the real one: nanoseconds, ratio and difference, side by side."""

import argparse
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from engine.stage.facade.threading import threads
from engine.stage.run_services import RunServices, make_services

# Each body runs in a loop of the program's own text, so that its lines are found as in a run.
CASES = (
    ("with lock", "lock = threading.Lock()", "with lock: pass"),
    ("acquire and release", "lock = threading.Lock()", "lock.acquire(); lock.release()"),
    ("with rlock", "lock = threading.RLock()", "with lock: pass"),
    ("with semaphore", "lock = threading.Semaphore(1)", "with lock: pass"),
    ("with condition", "lock = threading.Condition()", "with lock: pass"),
    ("wait for a set event", "lock = threading.Event(); lock.set()", "lock.wait()"),
    ("set an event", "lock = threading.Event()", "lock.set()"),
    ("start and join", "", "t = threading.Thread(); t.start(); t.join()"),
)
TEXT = """
def loop(rounds):
    {made}
    began = clock()
    for _ in range(rounds):
        {body}
    return clock() - began
"""


def loop(context: RunServices, module: Any, made: str, body: str) -> Callable[[int], int]:
    """A function of the program that runs `body` so many times and returns the nanoseconds it took."""
    text = TEXT.format(made=made or "pass", body=body)
    path = f"{module is threading}-{body}.py"
    if module is not threading:
        context.reporter.add_file(path, text)
    names: dict[str, Any] = {"threading": module, "clock": time.perf_counter_ns}
    exec(compile(text, path, "exec"), names)
    made_loop: Callable[[int], int] = names["loop"]
    return made_loop


def measure(made: str, body: str, rounds: int, repeats: int, watched: int) -> tuple[float, float]:
    """Nanoseconds for one round of the facade and of the real one: the best of several, taken in turns."""
    context = make_services(lambda _: None)
    context.reporter.namespace = {f"value{number}": number for number in range(watched)}
    context.watched.begin(tuple(context.reporter.namespace), context.reporter.namespace)
    ours = loop(context, threads.make(context), made, body)
    real = loop(context, threading, made, body)
    taken: list[list[float]] = [[], []]
    for _ in range(repeats):
        for times, run in zip(taken, (ours, real)):
            times.append(run(rounds) / rounds)
            context.channel.records.clear()
            context.channel.facts.clear()
    return min(taken[0]), min(taken[1])


def main(arguments: Sequence[str] = ()) -> None:
    """Prints a row for each operation."""
    parser = argparse.ArgumentParser(prog="python -m bench facade", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5000)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--watched", type=int, default=0, help="how many values are watched besides, 0 to 6")
    options = parser.parse_args(arguments)
    print(f"Python {sys.version.split()[0]}; ns for one round, the best of {options.repeats} x {options.rounds}")
    print(f"{'':24}{'facade':>9}{'real':>9}{'ratio':>8}{'more':>9}")
    for name, made, body in CASES:
        rounds = options.rounds // 50 if "Thread" in body else options.rounds
        ours, real = measure(made, body, max(rounds, 1), options.repeats, options.watched)
        print(f"{name:24}{ours:9.0f}{real:9.0f}{ours / real:8.1f}{ours - real:9.0f}")
