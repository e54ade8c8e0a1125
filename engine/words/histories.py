"""What led to a standstill, in words: what was done to a queue, an event, a condition, a barrier or a semaphore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from engine.frame import finding as kinds
from engine.frame.finding import At, Fate, Party
from engine.protocol.messages import assert_never
from engine.words.catalogue import in_file, say

NAMED = 3  # threads of which the names are told
BRIEF = 0.00005  # seconds: shorter ones have no figure
SHORT = 0.0995  # seconds: shorter ones are told in milliseconds
History: TypeAlias = (
    kinds.UnfinishedTasks | kinds.NoItem | kinds.NoRoom | kinds.MissedEvent | kinds.MissedNotification
    | kinds.BarrierShort | kinds.SemaphoreKept | kinds.SemaphoreGrew | kinds.CheckedTooEarly | kinds.WokeTooEarly
)  # fmt: skip


def history(finding: History) -> str:  # noqa: PLR0911  # one case for each kind
    """One sentence, or two, for the class."""
    match finding:
        case kinds.UnfinishedTasks():
            return _unfinished(finding)
        case kinds.NoItem():
            return _no_item(finding)
        case kinds.NoRoom():
            return _no_room(finding)
        case kinds.MissedEvent():
            return _missed_event(finding)
        case kinds.MissedNotification():
            return _missed_notification(finding)
        case kinds.BarrierShort():
            return _barrier(finding)
        case kinds.SemaphoreKept():
            return _kept(finding)
        case kinds.SemaphoreGrew():
            return _grew(finding)
        case kinds.CheckedTooEarly(taker=taker):
            return say(
                "checked-too-early", thread=finding.thread, thing=finding.thing, asked=finding.asked, get=finding.get,
                at=_where(finding.at), taker=taker.name, took=_where(taker.at),
                line=_line(finding.line, finding.file),
            )  # fmt: skip
        case kinds.WokeTooEarly():
            return say(
                "woke-too-early", thread=finding.thread, thing=finding.thing, line=_line(finding.line, finding.file),
                test=finding.test, asked=_where(finding.asked_at), failed=_where(finding.failed), error=finding.error,
            )  # fmt: skip
        case _:
            return assert_never(finding)


def _unfinished(finding: kinds.UnfinishedTasks) -> str:
    thing, join = finding.thing, say("joins-queue", thing=finding.thing, line=_line(finding.line, finding.file))
    if not finding.taken:
        return say("tasks-left", count=finding.tasks, thing=thing, join=join, takers=_takers(finding.takers))
    said = say("tasks-not-done", count=finding.tasks, thing=thing)
    by = say("taken-by", threads=_names(finding.takers)) if finding.takers else ""
    why = _why(finding)
    lives = [one for one in finding.takers if one.fate is Fate.LIVES]
    alive = " " + say("takers-live", count=len(lives), threads=_names(lives)) if lives else ""
    return say("tasks-taken", said=said, by=by, why=why, join=join) + alive


def _why(finding: kinds.UnfinishedTasks) -> str:
    died = [one for one in finding.takers if one.fate is Fate.DIED]
    if died:
        return say("died-before-it", deaths=_deaths(died))
    if finding.skips:
        lines = _and([str(line) for line in finding.skips[:NAMED]])
        return say("lines-skip-it", lines=lines, count=len(finding.skips))
    if not finding.done_at.line:
        return say("never-called", thing=finding.thing)
    return say("not-each-time", thing=finding.thing, line=_where(finding.done_at))


def _takers(takers: Sequence[Party]) -> str:
    if not takers:
        return say("nobody-took")
    died = [one for one in takers if one.fate is Fate.DIED]
    ended = [one for one in takers if one.fate is not Fate.DIED]
    said = [_deaths(died)] if died else []
    said += [say("have-ended", count=len(ended), threads=_names(ended))] if ended else []
    return say("takers-gone", said=_and(said))


def _no_item(finding: kinds.NoItem) -> str:
    thing, other = finding.thing, finding.others[0] if finding.others else Party("", At())
    waits = say(
        "wait-for-item", count=len(finding.waiters), threads=_names(finding.waiters), thing=thing, line=_first(finding)
    )
    match finding.form:
        case "never":
            why = say("never-put", unreached=_unreached(finding.call, finding.died))
        case "other":
            why = say("other-queue", thing=thing)
        case "checked":
            return say(
                "checked-then-taken", thing=thing, asked=finding.asked, at=_where(finding.at), thread=other.name,
                took=_where(other.at), waits=waits,
            )  # fmt: skip
        case "ends":
            put = say("end-put", end=finding.end, count=finding.ends, line=_where(finding.at))
            took = say("end-taken", count=len(finding.others), threads=_names(finding.others)) if finding.others else ""
            return say("too-few-ends", put=put, took=took, waits=waits)
        case "last":
            why = _last_put(finding.others)
        case _:
            return assert_never(finding.form)
    return say("no-item", waits=waits, why=why)


def _last_put(putters: Sequence[Party]) -> str:
    died = [one for one in putters if one.fate is Fate.DIED]
    if died:
        return say("putters-died", deaths=_deaths(died))
    if not putters:
        return say("put-by-themselves")
    ended = all(one.fate is not Fate.LIVES for one in putters)
    line = _where(putters[0].at)
    if ended:
        return say("putters-ended", count=len(putters), threads=_names(putters), line=line)
    return say("putters-put-no-more", threads=_names(putters), line=line)


def _no_room(finding: kinds.NoRoom) -> str:
    line, alive = _line(finding.line, finding.file), [one for one in finding.takers if one.fate is Fate.LIVES]
    takers = say("takers-wait", count=len(alive), threads=_names(alive)) if alive else _takers(finding.takers)
    return say("no-room", thread=finding.thread, thing=finding.thing, line=line, size=finding.size, takers=takers)


def _missed_event(finding: kinds.MissedEvent) -> str:
    thing, setter, clearer = finding.thing, finding.setter, finding.clearer
    waits = say("waits-for-event", thread=finding.thread, thing=thing, line=_line(finding.line, finding.file))
    set_, cleared = _where(setter.at), _where(clearer.at)
    lasted = _lasted(finding.lasted)
    match finding.form:
        case "never":
            return say("never-set", waits=waits, thing=thing, unreached=_unreached(finding.call, finding.died))
        case "other":
            return say("other-event", waits=waits, other=finding.other, setter=setter.name, line=set_)
        case "own":
            return say(
                "own-clear", thread=finding.thread, thing=thing, line=cleared, lasted=lasted, setter=setter.name,
                set=set_, waits=waits,
            )  # fmt: skip
        case "passed":
            times = say("times-set", thing=thing, count=finding.sets, setter=setter.name, line=set_)
            return say("event-passed", times=times, waits=waits)
        case "cleared":
            times = say("times-set", thing=thing, count=finding.sets, setter=setter.name, line=set_)
            clear = "cleared-each-time" if finding.each and finding.sets > 1 else "cleared-once"
            meanwhile = _meanwhile(finding.thread, finding.meanwhile, finding.slept)
            clear = say(clear, lasted=lasted, line=cleared, meanwhile=meanwhile)
            return say("event-missed", times=times, cleared=clear, waits=waits)
        case _:
            return assert_never(finding.form)


def _missed_notification(finding: kinds.MissedNotification) -> str:
    thing, thread, notifier = finding.thing, finding.thread, finding.notifier
    line, at = _line(finding.line, finding.file), _where(notifier.at)
    match finding.form:
        case "never":
            return say(
                "never-notified",
                thread=thread,
                thing=thing,
                line=line,
                unreached=_unreached(finding.call, finding.died),
            )
        case "nobody" | "early" as form:
            message = "notified-nobody" if form == "nobody" else "notified-early"
            meanwhile = _meanwhile(thread, finding.meanwhile, finding.slept)
            before = _lasted(finding.before)
            return say(
                message, thing=thing, notifier=notifier.name, at=at, thread=thread, line=line, before=before,
                meanwhile=meanwhile,
            )  # fmt: skip
        case "few":
            return say(
                "notified-few", thing=thing, notifier=notifier.name, at=at, thread=thread, line=line,
                count=finding.woken, waited=finding.waited,
            )  # fmt: skip
        case "asks":
            return say(
                "notified-in-vain", thing=thing, notifier=notifier.name, at=at, thread=thread, line=line,
                test=finding.test, count=finding.times,
            )  # fmt: skip
        case _:
            return assert_never(finding.form)


def _barrier(finding: kinds.BarrierShort) -> str:
    came = say(
        "came-to-barrier", count=len(finding.waiters), needed=finding.needed, thing=finding.thing,
        threads=_names(finding.waiters), line=_first(finding),
    )  # fmt: skip
    died = [one for one in finding.missing if one.fate is Fate.DIED]
    ended = [one for one in finding.missing if one.fate is not Fate.DIED]
    said = [_deaths(died)] if died else []
    said += [say("came-before", count=len(ended), threads=_names(ended))] if ended else []
    return say("barrier-short", came=came, why=_and(said) if said else say("nobody-else-comes"))


def _kept(finding: kinds.SemaphoreKept) -> str:
    if finding.form == "signal":
        return _signal(finding)
    groups: dict[tuple[At, bool], list[Party]] = {}
    for one in finding.keepers:
        groups.setdefault((one.at, one.fate is Fate.LIVES), []).append(one)
    keepers = [
        say("keeps" if lives else "keeps-ended", count=len(its), threads=_names(its), line=_where(at))
        for (at, lives), its in list(groups.items())[:NAMED]
    ]
    return say(
        "semaphore-kept", thread=finding.thread, thing=finding.thing, line=_line(finding.line, finding.file),
        count=finding.kept, keepers=say("and-next").join(keepers),
    )  # fmt: skip


def _signal(finding: kinds.SemaphoreKept) -> str:
    line, releaser = _line(finding.line, finding.file), finding.releaser
    if not finding.kept:
        unreached = _unreached(finding.call, finding.died)
        return say("never-released", thread=finding.thread, thing=finding.thing, line=line, unreached=unreached)
    return say(
        "released-too-seldom", thread=finding.thread, thing=finding.thing, line=line, count=finding.kept,
        releaser=releaser.name, at=_where(releaser.at), takers=_names(finding.keepers),
    )  # fmt: skip


def _grew(finding: kinds.SemaphoreGrew) -> str:
    return say(
        "semaphore-grew", thread=finding.thread, thing=finding.thing, line=_line(finding.line, finding.file),
        acquired=_times(finding.acquired), released=_times(finding.released), most=finding.most,
        initial=finding.initial,
    )  # fmt: skip


def _times(count: int) -> str:
    return say("so-many-times", count=count)


def _unreached(call: At, died: Sequence[Party]) -> str:
    """That what would have ended the wait never ran; "" where nobody knows where that is."""
    if not call.line:
        return ""
    dead = [one for one in died if one.fate is Fate.DIED]
    waits = [one for one in died if one.fate is Fate.LIVES]
    if dead:
        return say("never-reached-died", line=_where(call), deaths=_deaths(dead))
    if waits:
        one = waits[0]
        return say("never-reached-waits", line=_where(call), thread=one.name, at=_where(one.at))
    return say("never-reached", line=_where(call))


def _meanwhile(thread: str, at: At, slept: bool) -> str:
    """What a thread did then: such as "while slow slept in line 18"."""
    if not at.line:
        return say("while-elsewhere", thread=thread)
    return say("while-slept" if slept else "while-waited", thread=thread, line=_where(at))


def _lasted(seconds: float) -> str:
    if seconds < SHORT:
        return say("after-milliseconds", milliseconds=seconds * 1000) if seconds >= BRIEF else say("at-once")
    return say("after-seconds", seconds=seconds)


def _deaths(died: Sequence[Party]) -> str:
    said = [say("died-at", thread=one.name, line=_where(one.at)) if one.at.line else say("has-died", thread=one.name)
            for one in died[:NAMED]]  # fmt: skip
    more = len(died) - NAMED
    return _and([*said, say("more-died-too", count=more)] if more > 0 else said)


def _names(parties: Sequence[Party]) -> str:
    """Such as "a, b and c", or "a, b, c and 4 more"."""
    names, more = [one.name for one in parties[:NAMED]], len(parties) - NAMED
    return _and([*names, say("so-many-more", count=more)] if more > 0 else names)


def _and(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return say("a-and-b", first=say("and-also").join(words[:-1]), last=words[-1])


def _where(at: At) -> str:
    return _line(at.line, at.file)


def _first(finding: kinds.NoItem | kinds.BarrierShort) -> str:
    return _line(finding.line, finding.file)


def _line(line: int, file: str) -> str:
    """Such as "line 12", or that nobody knows."""
    return say("in-line", line=in_file(line, file)) if line else say("somewhere")
