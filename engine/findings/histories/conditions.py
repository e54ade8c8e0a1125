"""Pure: when a condition was notified, and how many waited then, where threads wait for it for ever."""

from __future__ import annotations

from engine.findings.histories.account import Row
from engine.findings.histories.asked import asks
from engine.findings.histories.case import Case
from engine.frame.finding import Finding, MissedNotification
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

_LEFT = (Kind.CONDITION_WOKEN, Kind.CONDITION_GAVE_UP)


def at_condition(case: Case) -> list[Finding]:
    """Why threads wait for a condition: nobody notified it, too early, or too few."""
    notified = case.account.of(Kind.CONDITION_NOTIFIED)
    last, first = notified.last, case.waits[0]
    if last is None:
        call, died = case.unreached("notify", "notify_all")
        return [MissedNotification(**case.about(), thing=case.name, form="never", call=call, died=died)]
    test = _test(case)
    if last.time > first.since:
        found = _too_few(case, last)
    elif test:
        found = MissedNotification(
            **case.about(),
            thing=case.name,
            form="asks",
            notifier=case.people.did(last),
            test=test,
            times=len(notified),
            cure="cure-condition-asks",
        )
    else:
        meanwhile, slept = case.people.whereabouts(first.lane, last.time)
        found = MissedNotification(
            **case.about(),
            thing=case.name,
            form="early" if last.value else "nobody",
            notifier=case.people.did(last),
            before=(first.since - last.time) / SECOND,
            meanwhile=meanwhile,
            slept=slept,
        )
    return [found] if found is not None else []


def _test(case: Case) -> str:
    """What the text asks before it waits, again after each notification; "" where it does not ask again."""
    known = case.method(case.waits[0].place, ("wait", "wait_for"))
    return asks(*known) if known is not None else ""


def _too_few(case: Case, last: Row) -> MissedNotification | None:
    """The last notification woke others, while these waited, too."""
    before = case.account.before(last)
    waited = len(before.of(Kind.CONDITION_WAIT)) - len(before.of(*_LEFT))
    if not 0 < last.value < waited:
        return None
    return MissedNotification(
        **case.about(),
        thing=case.name,
        form="few",
        notifier=case.people.did(last),
        woken=last.value,
        waited=waited,
    )
