"""Pure: what was put into a queue, taken out and not said to be done, where threads wait at it for ever."""

from __future__ import annotations

from functools import partial

from engine.findings.histories.account import Account
from engine.findings.histories.case import Case
from engine.findings.histories.source import GETS, PUTS
from engine.frame.finding import At, Fate, Finding, NoItem, NoRoom, Party, UnfinishedTasks
from engine.protocol.records import UNKNOWN_VALUE, Kind

_OF_PROCESSES = "JoinableQueue"  # what its records say is what was so a moment before


class _Items:
    """What went through a queue."""

    def __init__(self, account: Account) -> None:
        self.puts, self.gots = account.of(Kind.QUEUE_PUT), account.of(Kind.QUEUE_GOT)
        self.dones = account.of(Kind.QUEUE_TASK_DONE)
        self.left = len(self.puts) - len(self.gots)
        self.unfinished = len(self.puts) - len(self.dones)
        self._account = account

    def agree(self) -> bool:
        """Whether the numbers that came with the records say the same; else an item went another way."""
        depth, done = self._account.of(Kind.QUEUE_PUT, Kind.QUEUE_GOT).last, self.dones.last
        if depth is not None and depth.kind == Kind.QUEUE_GOT and depth.value not in (UNKNOWN_VALUE, self.left):
            return False
        put_since = len(self._account.after(done).of(Kind.QUEUE_PUT))
        return done is None or done.value == UNKNOWN_VALUE or done.value + put_since == self.unfinished

    def took(self) -> list[int]:
        """Threads that took an item, in the order in which they did so last."""
        return list(reversed(dict.fromkeys(reversed(self.gots.column("thread").tolist()))))

    def kept(self) -> list[int]:
        """Threads that took more items than they said to be done; empty where others say so for them."""
        done = self.dones.counts()
        over = {lane: count - done.get(lane, 0) for lane, count in self.gots.counts().items()}
        kept = {lane: count for lane, count in over.items() if count > 0}
        if sum(kept.values()) == self.unfinished:
            return [lane for lane in self.took() if lane in kept]
        return [*over] if len(over) == 1 else []


def at_queue(case: Case) -> list[Finding]:
    """Why threads wait at a queue: for its tasks, for an item, for room."""
    joins, gets, puts = (case.of(kind) for kind in (Kind.QUEUE_WANT_JOIN, Kind.QUEUE_WANT_GET, Kind.QUEUE_WANT_PUT))
    items, found = _Items(case.account), list[Finding | None]()
    thing = case.model.run_facts.things.get(case.thing)
    if not items.agree() and (thing is None or thing.type != _OF_PROCESSES):
        return []
    if gets.waits and puts.waits:
        return []  # one of them has what the other one waits for: that is nothing a program can do
    if joins.waits:
        found.append(_unfinished(joins, gets, items))
    if gets.waits and not any(found):
        found.append(_no_item(gets, items))
    if puts.waits:
        found.append(_no_room(puts, joins, items))
    return [one for one in found if one is not None]


def unfinished(case: Case) -> UnfinishedTasks | None:
    """Tasks that are never done, where those who take items ask for them again and again."""
    items = _Items(case.account)
    return _unfinished(case, case.of(Kind.QUEUE_WANT_GET), items) if items.agree() and not items.left else None


def _unfinished(case: Case, gets: Case, items: _Items) -> UnfinishedTasks | None:
    if items.unfinished <= 0 or items.left < 0 or (items.left and gets.waits):
        return None
    takers = items.kept() if not items.left else items.took()
    if items.left and not case.people.over(takers):
        return None  # one of them may come back, when what it waits for has come
    done = items.dones.last
    return UnfinishedTasks(
        **case.about(gets.waits),
        thing=case.name,
        tasks=items.unfinished,
        taken=not items.left,
        takers=_parties(takers, items.gots, case),
        done_at=case.people.at(done.place) if done is not None else At(),
        skips=_skips(takers, items.gots, case) if not items.left else (),
    )


def _skips(takers: list[int], gots: Account, case: Case) -> tuple[int, ...]:
    """Lines that go on without task_done(), in the file of the first that took an item."""
    found = set[int]()
    for place in dict.fromkeys(gots.by(*takers).column("place").tolist()):
        known = case.method(place, GETS)
        if known is not None:
            source, get = known
            found.update(source.skips(get))
    return tuple(sorted(found))


def _parties(lanes: list[int], rows: Account, case: Case) -> tuple[Party, ...]:
    """Each where it did this last; those that died first, for they say most."""
    last = {lane: rows.by(lane).row(-1).place for lane in lanes}
    found = [case.people.party(lane, place) for lane, place in last.items()]
    return tuple(sorted(found, key=lambda one: one.fate is not Fate.DIED))


def _no_item(case: Case, items: _Items) -> NoItem | None:
    if items.left:
        return None
    made = partial(NoItem, **case.about(), thing=case.name, waiters=case.waiters())
    own = {one.lane for one in case.waits}
    if not len(items.puts):
        if _used(case, Kind.QUEUE_PUT):
            return made(form="other", cure="cure-nothing-put")
        call, died = case.unreached(*PUTS)
        return made(form="never", call=call, died=died, cure="cure-nothing-put")
    checked = _checked(case, items)
    if checked is not None:
        taker, asked, at = checked
        return made(form="checked", others=(taker,), asked=asked, at=at)
    end, times, last = _ends(case, items.puts)
    enders = [lane for lane in items.took() if lane not in own and case.people.fate(lane) is Fate.ENDED]
    if end and 0 < times < len(own) + len(enders) and len(enders) <= times:
        return made(form="ends", others=_parties(enders, items.gots, case), ends=times, end=end, at=last)
    putters = [lane for lane in items.puts.counts() if lane not in own]
    return made(form="last", others=_parties(putters, items.puts, case), end=end)


def _checked(case: Case, items: _Items) -> tuple[Party, str, At] | None:
    """Who took the last item after a waiter had asked whether there was one, and where it asked."""
    first = case.waits[0]
    known, last = case.method(first.place, GETS), items.gots.last
    if known is None or last is None or last.thread in {one.lane for one in case.waits} or last.time > first.since:
        return None
    source, get = known
    check = source.check(get)
    if check is None:
        return None
    return case.people.did(last), check.asked, At(check.line, case.people.at(first.place).file)


def _ends(case: Case, puts: Account) -> tuple[str, int, At]:
    """What ends those that wait, as the text says; how often the program put just that, and where last."""
    known = case.method(case.waits[0].place, GETS)
    end = known[0].end(known[1]) if known is not None else ""
    if not end:
        return "", 0, At()
    places = [place for place in set(puts.column("place").tolist()) if _puts(place, end, case)]
    last = puts.at(places).last
    return end, len(puts.at(places)), case.people.at(last.place) if last is not None else At()


def _puts(place: int, end: str, case: Case) -> bool:
    """Whether the text puts this at a place."""
    known = case.method(place, PUTS)
    return known is not None and bool(known[1].call.args) and known[0].written(known[1].call.args[0]) == end


def _used(case: Case, kind: Kind) -> bool:
    """Whether this was done to another thing of this name."""
    return any(len(account.of(kind)) for account in case.others().values())


def _no_room(case: Case, joins: Case, items: _Items) -> NoRoom | None:
    """Nobody takes items, or those who do wait for room themselves."""
    takers, stand = items.took(), {one.lane for one in case.waits}
    size = case.model.run_facts.sizes.get(case.thing, 0)
    left = [lane for lane in takers if lane not in stand]
    if not size or not case.people.over(left):
        return None
    alive = [lane for lane in takers if lane in stand]
    cure = "cure-takers-put" if alive else "" if takers else "cure-nobody-takes"
    return NoRoom(
        **case.about(joins.waits),
        thing=case.name,
        size=size,
        takers=_parties(alive or takers, items.gots, case),
        cure=cure,
    )
