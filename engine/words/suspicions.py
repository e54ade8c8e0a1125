"""Suspicions in words: a note for the end of a line, and a hint: what could happen, how sure that is, and why."""

import enum

from engine.protocol.messages import assert_never
from engine.static_analysis.suspicion import Certainty, Doubt, Runner, Suspicion, SuspicionKind
from engine.words.catalogue import say

FEW = 3  # functions that are named; more are counted
_KINDS = {  # note, the same in a few words, what could happen, what would cure it
    SuspicionKind.READ_MODIFY_WRITE: ("note-change", "term-change", "may-lose", "cure-lock"),
    SuspicionKind.CHECK_THEN_ACT: ("note-check", "term-check", "may-check", "cure-check"),
    SuspicionKind.SHARED_WRITE: ("note-write", "term-write", "may-write-over", "cure-write"),
    SuspicionKind.NO_COMMON_LOCK: ("note-no-common-lock", "term-no-common-lock", "may-no-common-lock", "cure-one-lock"),
    SuspicionKind.OWN_LOCK: ("note-own-lock", "term-own-lock", "may-own-lock", "cure-own-lock"),
    SuspicionKind.CHANGED_IN_LOOP: (
        "note-changed-in-loop",
        "term-changed-in-loop",
        "may-changed-in-loop",
        "cure-changed-in-loop",
    ),
    SuspicionKind.SHARED_GENERATOR: ("note-generator", "term-generator", "may-generator", "cure-generator"),
    SuspicionKind.LOCK_ORDER: ("note-lock-order", "term-lock-order", "may-lock-order", "cure-lock-order"),
    SuspicionKind.LOCK_TAKEN_TWICE: ("note-taken-twice", "term-taken-twice", "may-taken-twice", "cure-taken-twice"),
    SuspicionKind.NOT_RELEASED: ("note-not-released", "term-not-released", "may-not-released", "cure-not-released"),
    SuspicionKind.WAIT_WITHOUT_LOOP: ("note-wait", "term-wait", "may-wait", "cure-wait"),
    SuspicionKind.TARGET_CALLED: ("note-target", "term-target", "may-target", "cure-target"),
    SuspicionKind.BLOCKS_LOOP: ("note-blocks", "term-blocks", "may-blocks", "cure-blocks"),
    SuspicionKind.SET_THEN_CLEAR: ("note-set-clear", "term-set-clear", "may-set-clear", "cure-set-clear"),
    SuspicionKind.BUSY_WAIT: ("note-busy", "term-busy", "may-busy", "cure-busy"),
}
_CERTAINTIES = {
    Certainty.SURELY: ("surely", "is-sure"),
    Certainty.LIKELY: ("likely", "is-likely"),
    Certainty.POSSIBLE: ("possible", "is-possible"),
}
_DOUBTS = {
    Doubt.INTERPRETER: "doubt-interpreter",
    Doubt.SAME_KEY: "doubt-same-key",
    Doubt.SAME_OBJECT: "doubt-same-object",
    Doubt.WHICH_LOCK: "doubt-which-lock",
    Doubt.POOL: "doubt-pool",
    Doubt.ENDED: "doubt-ended",
    Doubt.BRANCH: "doubt-branch",
    Doubt.EXCEPTION: "doubt-exception",
    Doubt.WANTED: "doubt-wanted",
    Doubt.CALLED: "doubt-called",
}


class Seen(enum.Enum):
    """What runs have shown of a suspicion."""

    UNKNOWN = "unknown"  # this text has not run
    HAPPENED = "happened"
    NOT_SEEN = "not-seen"


def note(suspicion: Suspicion, seen: Seen = Seen.UNKNOWN) -> str:
    """For the end of the line."""
    return _note(suspicion, seen, say(_KINDS[suspicion.kind][0]))


def brief(suspicion: Suspicion, seen: Seen = Seen.UNKNOWN) -> str:
    """The same in a few words, where there is less room."""
    return _note(suspicion, seen, say(_KINDS[suspicion.kind][1]))


def _note(suspicion: Suspicion, seen: Seen, text: str) -> str:
    sure = say(_CERTAINTIES[suspicion.certainty][0])
    if seen is Seen.HAPPENED:
        return say("note-happened", note=text)
    if seen is Seen.NOT_SEEN:
        return say("note-not-seen", note=text, sure=sure)
    return say("note-and-sure", note=text, sure=sure)


def word(suspicion: Suspicion, seen: Seen = Seen.UNKNOWN) -> str:
    """In one word, where there is hardly any room."""
    return say("happened") if seen is Seen.HAPPENED else say(_CERTAINTIES[suspicion.certainty][0])


def hint(suspicion: Suspicion, seen: Seen = Seen.UNKNOWN) -> str:
    """All that is to be said, a line for each thing: what, who, how sure, what runs have shown, what to do."""
    _, _, what, cure = _KINDS[suspicion.kind]
    first = say(what, name=suspicion.name, others=_lines(suspicion.lines))
    parts = [first, *_locks(suspicion), *_runners(suspicion.runners), _sure(suspicion), *_seen(seen)]
    return "\n".join([*parts, say(cure, name=suspicion.name)])


def _lines(lines: tuple[int, ...]) -> str:
    """Such as "line 7" or "lines 7, 9 and 12"."""
    if len(lines) == 1:
        return say("in-line", line=lines[0])
    return say("in-lines", lines=", ".join(map(str, lines[:-1])), last=lines[-1])


def _locks(suspicion: Suspicion) -> list[str]:
    if suspicion.kind is SuspicionKind.NO_COMMON_LOCK and suspicion.locks:
        return [say("locks-there", locks=", ".join(filter(None, suspicion.locks)))]
    return []


def _runners(runners: tuple[Runner, ...]) -> list[str]:
    """Who does it at the same time."""
    if not runners or (len(runners) == 1 and not runners[0].many):
        return []
    said = [_runner(one) for one in runners[:FEW]]
    if len(runners) > FEW:
        return [say("run-beside-more", names=", ".join(said), count=len(runners) - FEW)]
    return [say("run-beside", names=", ".join(said))]


def _runner(one: Runner) -> str:
    if not one.function:
        return say("main-thread")
    if not one.many:
        return say("runner-once", function=one.function)
    return say("runner-tasks" if one.task else "runner-many", function=one.function)


def _sure(suspicion: Suspicion) -> str:
    said = say(_CERTAINTIES[suspicion.certainty][1])
    if suspicion.doubt is Doubt.NONE:
        return said
    return say("sure-but", sure=said, doubt=say(_DOUBTS[suspicion.doubt]))


def _seen(seen: Seen) -> list[str]:
    if seen is Seen.UNKNOWN:
        return []
    if seen is Seen.HAPPENED:
        return [say("seen-happened")]
    if seen is Seen.NOT_SEEN:
        return [say("seen-not")]
    return assert_never(seen)
