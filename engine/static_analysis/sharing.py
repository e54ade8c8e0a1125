"""Which places several threads really share, and which locks keep them apart."""

from __future__ import annotations

import ast
from typing import NamedTuple

from engine.static_analysis.acts import Access, Acting, Location
from engine.static_analysis.contexts import Contexts, Entry, Root
from engine.static_analysis.scopes import Scope
from engine.static_analysis.separate import Separate
from engine.static_analysis.spawns import How
from engine.static_analysis.values import Made, Values


class Doing(NamedTuple):
    """An access in one of the contexts; without a root it is the main thread's."""

    root: Root | None
    acting: Acting
    entry: Entry
    places: frozenset[Location]  # with objects in the place of `self`

    @property
    def access(self) -> Access:
        return self.acting.access


class Guard(NamedTuple):
    """What is held at an access."""

    locks: frozenset[Made]
    unknown: frozenset[str]  # what may be a lock, as it is written
    own: frozenset[Made]  # locks that each thread has for itself


class Sharing:
    """Answers it for the contexts of one program."""

    def __init__(self, values: Values, contexts: Contexts) -> None:
        self.values, self.contexts = values, contexts
        self._objects: dict[Scope, frozenset[Made]] = {}
        self._separate = Separate(values)
        made = [one for call, scope in values.program.calls for one in values.made(call, scope)]
        self._all = {one for one in made if one.what == "object" and one.node is not None}

    def doings(self, root: Root) -> list[Doing]:
        """All that a root does."""
        found = []
        for scope, entry in root.reach.items():
            walked = self.contexts.walked.get(scope)
            for acting in walked.acting if walked is not None else ():
                found.append(Doing(root, acting, entry, self._places(acting, root)))
        return found

    def beside(self, root: Root) -> list[Doing]:
        """All that the thread that starts it does meanwhile."""
        return [Doing(None, acting, entry, self._places(acting, None)) for acting, entry in self.contexts.beside(root)]

    def _places(self, acting: Acting, root: Root | None) -> frozenset[Location]:
        """Those of an access; what an object does with itself while it is made nobody else sees."""
        access = acting.access
        places = access.locations
        if access.scope.name.endswith("__init__"):
            places = frozenset(one for one in places if not (isinstance(one.owner, Made) and one.owner.is_self))
        return self.instantiate(places, root)

    def instantiate(self, places: frozenset[Location], root: Root | None) -> frozenset[Location]:
        """The same places, with the objects that `self` may be."""
        found: set[Location] = set()
        for one in places:
            owner = one.owner
            if isinstance(owner, Made) and owner.is_self and owner.cls is not None:
                found |= {one._replace(owner=each) for each in self._selves(owner.cls, owner, root)}
            else:
                found.add(one)
        strangers = self._separate.strangers(root) if root is not None else frozenset()
        return frozenset(one for one in found if one.owner not in strangers)

    def _selves(self, cls: Scope, owner: Made, root: Root | None) -> frozenset[Made]:
        receiver = root.function.receiver if root is not None else None
        if (
            receiver is not None
            and not receiver.is_self
            and receiver.cls is not None
            and self._related(receiver.cls, cls)
        ):
            return frozenset({receiver})
        if cls not in self._objects:
            fitting = {one for one in self._all if one.cls is not None and self._related(one.cls, cls)}
            self._objects[cls] = frozenset(fitting) or frozenset({owner})
        return self._objects[cls]

    def _related(self, one: Scope, other: Scope) -> bool:
        return one is other or other in self.values.classes.family(one) or one in self.values.classes.family(other)

    def is_own(self, root: Root | None, owner: object, *, alone: bool = True) -> bool:
        """Whether each thread of a root has one for itself; `alone`: also as against what is outside of the root."""
        if root is None or owner is None:
            return False
        scope = owner.scope if isinstance(owner, Made) else owner
        if not isinstance(scope, Scope):
            return False
        if scope in root.reach and scope is not self.values.program.module and not scope.is_class:
            return True
        if alone or not isinstance(owner, Made) or not root.many:
            return False
        return self._made_with(root, owner) or self._belongs(root, owner) or self._separate.each_its_own(root, owner)

    def _made_with(self, root: Root, made: Made) -> bool:
        """Made anew for each thread that is started."""
        if root.spawn is None:
            return made is root.function.receiver  # a server makes one for each request
        call, program = root.spawn.call, self.values.program
        if made.node is call or any(made.node is one for one in ast.walk(call)):
            return True
        loop = program.loop_of(call)
        if loop is None:
            return root.spawn.scope is made.scope and made.scope is not program.module
        return made.scope is root.spawn.scope and any(made.node is one for one in ast.walk(loop))

    def _belongs(self, root: Root, made: Made) -> bool:
        """Made by an object that itself is one of each thread's own."""
        receiver = root.function.receiver
        if receiver is None or receiver.is_self or receiver.cls is None or made.scope.owner is None:
            return False
        return (
            made is not receiver and self._related(receiver.cls, made.scope.owner) and self._made_with(root, receiver)
        )

    def shared(self, one: Doing, other: Doing) -> frozenset[Location]:
        """The places that both touch, and that are not each thread's own."""
        same = one.root is other.root
        return frozenset(
            place
            for place in one.places & other.places
            if not self.is_own(one.root, place.owner, alone=not same)
            and not self.is_own(other.root, place.owner, alone=not same)
            and self._crosses(one.root, place)
            and self._crosses(other.root, place)
        )

    @staticmethod
    def _crosses(root: Root | None, place: Location) -> bool:
        """Another process has its own of everything but files, and what multiprocessing shares."""
        if root is None or root.how is not How.PROCESS or place.kind == "file":
            return True
        return isinstance(place.owner, Made) and place.owner.what.startswith("multiprocessing.")

    def guard(self, doing: Doing) -> Guard:
        """What is held there, by itself and by whoever calls it."""
        locks, unknown, own = set(doing.entry.locks), set[str](), set[Made]()
        for held in doing.access.held:
            lock = held.token.lock
            if not held.token.known or lock is None:
                unknown.add(held.token.text)
            elif held.token.guards:
                locks.add(lock)
        if doing.entry.unknown:
            unknown.add("")
        for lock in list(locks):
            if self.is_own(doing.root, lock, alone=False) and not self._goes_with(doing, lock):
                locks.discard(lock)
                own.add(lock)
        return Guard(frozenset(locks), frozenset(unknown), frozenset(own))

    def _goes_with(self, doing: Doing, lock: Made) -> bool:
        """A lock that belongs to an object guards what belongs to it too."""
        owners = [one.owner for one in doing.places if isinstance(one.owner, Made)]
        return (
            bool(owners)
            and all(self.is_own(doing.root, one, alone=False) for one in owners)
            and lock.scope.owner is not None
        )

    def together(self, one: Root, other: Root) -> bool:
        """Whether two roots, or two of one root, run at the same time."""
        return one.many if one is other else self.contexts.together(one, other)
