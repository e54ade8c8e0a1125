"""Exceptions of threads that the program expects elsewhere: around start() or join(), where nothing of them is seen."""

from collections.abc import Sequence
from dataclasses import replace

from engine.analysis.run_model import RunModel
from engine.frame import Finding
from engine.frame.finding import ThreadDied
from engine.protocol.places import PROGRAM, file_in, line_in_file
from engine.protocol.records import MAIN_THREAD
from engine.static_analysis.tries import is_expected

LONGEST = 200_000  # characters of a text that is read for it
CURE = "cure-thread-died-try"


def with_tries(found: Sequence[Finding], model: RunModel) -> list[Finding]:
    """The same findings; those that a `try` of the main thread's text means say that it does not see them."""
    text = model.texts.get("", "")
    return [replace(one, cure=CURE) if _is_expected(one, text, model) else one for one in found]


def _is_expected(one: Finding, text: str, model: RunModel) -> bool:
    if not isinstance(one, ThreadDied) or one.task or MAIN_THREAD in one.threads or len(text) > LONGEST:
        return False
    fact = model.run_facts.death(one.threads[0]) if one.threads else None
    made = model.spans.life(one.threads[0]).created_at if one.threads else 0
    known = fact is not None and file_in(made) == PROGRAM
    return known and fact is not None and is_expected(text, line_in_file(made), fact.type.rpartition(".")[2])
