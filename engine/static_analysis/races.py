"""Reads that are written back, checks that are acted on, loops over what changes: where threads come in between."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.static_analysis.acts import Act, Location
from engine.static_analysis.check_then_act import Checks
from engine.static_analysis.contexts import Contexts
from engine.static_analysis.evidence import Evidence, Found, guarded, is_file, is_list, tasks, torn
from engine.static_analysis.sharing import Doing, Sharing
from engine.static_analysis.suspicion import Certainty, Doubt, SuspicionKind

RESIZES = frozenset({Act.TAKE, Act.MUTATE, Act.PUT})


class Races:
    """Compares everything that goes on in one context with everything in those beside it."""

    def __init__(self, contexts: Contexts, sharing: Sharing, alike: Collection[str] = ()) -> None:
        self.contexts, self.sharing, self.evidence = contexts, sharing, Evidence(contexts, sharing, alike)
        self._checks = Checks(contexts, sharing, self.evidence)
        self._doings = {id(root): sharing.doings(root) for root in contexts.roots}
        self._beside = {id(root): sharing.beside(root) for root in contexts.roots}

    def found(self) -> Iterator[Found]:
        """All of them, several for one place."""
        for one, other in self._pairs():
            at: dict[Location, list[Doing]] = {}
            for doing in other:
                for place in doing.places:
                    at.setdefault(place, []).append(doing)
            for doing in one:
                beside = {id(each): each for place in doing.places for each in at.get(place, ())}
                for each in beside.values():
                    yield from self._compared(doing, each)
            yield from self._checks.found(one, at)

    def _pairs(self) -> Iterator[tuple[list[Doing], list[Doing]]]:
        roots = self.contexts.roots
        for number, one in enumerate(roots):
            mine, main = self._doings[id(one)], self._beside[id(one)]
            if one.many:
                yield mine, mine
            yield mine, main
            yield main, mine
            for other in roots[number + 1 :]:
                if self.sharing.together(one, other):
                    yield mine, self._doings[id(other)]
                    yield self._doings[id(other)], mine

    def _compared(self, one: Doing, other: Doing) -> Iterator[Found]:
        act, beside = one.access.act, other.access.act
        if act is Act.CHANGE and beside in (Act.WRITE, Act.CHANGE):
            yield from self._changed(one, other)
        elif act is Act.WRITE and beside is Act.WRITE:
            yield from self._written_over(one, other)
        elif act is Act.LOOP and beside in RESIZES and not (beside is Act.PUT and is_list(other)):
            yield from self._gone_through(one, other)

    def _written_over(self, one: Doing, other: Doing) -> Iterator[Found]:
        told = one.access.constant or other.access.constant or is_file(one) or tasks(one, other)
        if not told and self._apart(one, other):
            yield self.evidence.told(SuspicionKind.SHARED_WRITE, one, other, Certainty.POSSIBLE, Doubt.WANTED)

    def _gone_through(self, one: Doing, other: Doing) -> Iterator[Found]:
        if self._apart(one, other) and not tasks(one, other):
            sure = Certainty.POSSIBLE if is_list(one) else Certainty.LIKELY
            yield self.evidence.told(SuspicionKind.CHANGED_IN_LOOP, one, other, sure, Doubt.NONE)

    def _apart(self, one: Doing, other: Doing) -> bool:
        """Whether they share a place, and no lock keeps them apart."""
        return bool(self.sharing.shared(one, other)) and not guarded(self.sharing.guard(one), self.sharing.guard(other))

    def _changed(self, one: Doing, other: Doing) -> Iterator[Found]:
        shared, access = self.sharing.shared(one, other), one.access
        if not shared or (tasks(one, other) and (access.read is None or access.read.segment == access.segment)):
            return
        mine, theirs = self.sharing.guard(one), self.sharing.guard(other)
        apart = access.read is not None and torn(access.read.held, access.held, one.entry)
        if guarded(mine, theirs) and not apart:
            return
        doubts = list(self.evidence.doubts(one, other, shared))
        if Doubt.NONE in doubts:
            return  # each has its own item
        certainty = Certainty.SURELY if access.slow else Certainty.LIKELY
        doubt = Doubt.NONE if access.slow else Doubt.INTERPRETER
        if doubts:
            certainty, doubt = Certainty.POSSIBLE, doubts[0]
        kind = SuspicionKind.READ_MODIFY_WRITE
        if mine.own or theirs.own:
            kind = SuspicionKind.OWN_LOCK
        elif (mine.locks or theirs.locks or mine.unknown or theirs.unknown) and not apart:
            kind = SuspicionKind.NO_COMMON_LOCK
            if (mine.locks or mine.unknown) and not (theirs.locks or theirs.unknown):
                one, other = other, one  # shown where there is none
            if bool(mine.unknown) != bool(theirs.unknown):
                certainty, doubt = Certainty.POSSIBLE, Doubt.WHICH_LOCK
        yield self.evidence.told(kind, one, other, certainty, doubt)
