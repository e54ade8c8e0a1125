"""States of threads and ends of runs in words: a message for each member of an enumeration, named after it."""

from functools import cache

from engine.frame import WAITING, Ended, State
from engine.words.catalogue import has, say


@cache
def state(one: State) -> str:
    """In full, for a legend and a hint."""
    named = _id("state", one)
    return say(named) if has(named) else ""


@cache
def state_in_a_word(one: State) -> str:
    """For the line below a lane's name."""
    named = _id("state-word", one)
    return say(named) if has(named) else say("waiting") if one in WAITING else ""


@cache
def ended(one: Ended) -> str:
    """How a run ended, in a word or two."""
    return say(_id("ended", one))


def _id(family: str, one: State | Ended) -> str:
    return f"{family}-{one.name.lower()}"
