"""First mistakes with threads, as facades see them: a target that was called, run() in place of start(), and others."""

from __future__ import annotations

import ast
import dis
import functools
import types
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import CodeType, FrameType
from typing import NamedTuple

from engine.protocol.mistakes import Mistake, MistakeFact
from engine.protocol.program_text import UNREADABLE, parse
from engine.stage.facade.base import call_labels
from engine.stage.recording.reporter import nearest
from engine.stage.run_services import RunServices, one_per_run

MOST = 200  # that are told; a program may make them in a loop
CALLERS = 4  # frames of the program that are looked at: a class of the program may hand on what it is given
LONGEST = 60  # characters of a name, or of a value
_SINGLE = (str, bytes, int, float, bool)
_PLAIN = (bool, int, float, str, type(None))


class Given(NamedTuple):
    """How a function is handed over: which argument of which call it is."""

    keyword: str
    position: int
    calls: tuple[str, ...]  # last words of what is called, where the argument has no keyword
    arguments_at: int = 3  # the position of `args`
    mistake: Mistake = Mistake.CALLED

    def arguments_in(self, args: Sequence[object], kwargs: Mapping[str, object]) -> object:
        """What a call gives as `args`."""
        return kwargs.get("args", args[self.arguments_at] if len(args) > self.arguments_at else ())


TARGET = Given("target", 1, ("Thread", "Process"))
OF_TIMER = Given("function", 1, ("Timer",), 2, Mistake.CALLED_FOR_LATER)
SUBMITTED = Given("fn", 0, ("submit",))


class Early(NamedTuple):
    """A thread that was started while its object was still being made."""

    owner: str  # the name of that object's class
    place: int
    makers: tuple[CodeType, ...]  # the __init__ that had not ended


class Mistakes:
    """Those of one run; each is told where it is seen, and the rule says what came of it."""

    def __init__(self, context: RunServices) -> None:
        self._reporter = context.reporter
        self._told = 0
        self._seen: Counter[int] = Counter()  # place -> objects that were made there with what is no function
        self._trees: dict[str, ast.AST | None] = {}

    def tell(  # the fields of a fact
        self,
        mistake: Mistake,
        lane: int,
        place: int,
        name: str = "",
        detail: str = "",
        *,
        task: int = 0,
        by: int = 0,
        thing: int = 0,
    ) -> None:
        """One of the thread `by`, 0: the calling one; `lane` is whom it concerns."""
        if self._told < MOST:
            self._told += 1
            reporter, now = self._reporter, self._reporter.clock.now()
            made = MistakeFact(mistake, lane, place, by or reporter.me(), name[:LONGEST], detail, task, now, thing)
            reporter.channel.facts.append(made)

    def no_function(self, given: object, lane: int, how: Given, task: int = 0) -> None:
        """What was handed over to be called cannot be called. Tells it where the text calls something there."""
        frame = nearest(self._reporter.caller(), self._reporter.files)
        for _ in range(CALLERS):
            if frame is None:
                return
            place = self._reporter.place_of(frame)
            called = [*self._called(frame, how)]
            if called:
                count = self._seen[place]
                self._seen[place] += 1
                self.tell(how.mistake, lane, place, called[count % len(called)], plain(given), task=task)
                return
            frame = nearest(frame.f_back, self._reporter.files)

    def _called(self, frame: FrameType, how: Given) -> Iterator[str]:
        """What the frame's line calls in the place of the function itself."""
        tree, line = self.tree(frame.f_code.co_filename), frame.f_lineno or 0
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or node.lineno):
                named = [one.value for one in node.keywords if one.arg == how.keyword]
                word = getattr(node.func, "attr", getattr(node.func, "id", ""))
                placed = node.args[how.position : how.position + 1] if word in how.calls else []
                for one in named or placed:
                    if isinstance(one, ast.Call):
                        yield ast.unparse(one.func)

    def tree(self, path: str) -> ast.AST | None:
        """The text of one of the program's files, read when it is first needed."""
        if path not in self._trees:
            try:
                self._trees[path] = parse(self._reporter.texts.get(path, ""))
            except UNREADABLE:
                self._trees[path] = None
        return self._trees[path]

    def arguments(self, given: object, function: object, lane: int) -> None:
        """What was handed over as `args`: a single one without a comma is no tuple, and a text is many letters."""
        if type(given) in _SINGLE:
            name = call_labels.written_as(function, self._reporter.files)
            self.tell(Mistake.NO_TUPLE, lane, self._reporter.place_of(self._reporter.caller()), name, plain(given))

    def ran_here(self, lane: int) -> None:
        """The program called run() of what was to be started."""
        self.tell(Mistake.RAN_HERE, lane, self._reporter.place_of(self._reporter.caller()))

    def started(self, thread: object, target: object) -> Early | None:
        """Whether a thread is started while __init__ of its object still runs: of itself, or of its target's."""
        frame = self._reporter.caller()
        owners = (thread, getattr(target, "__self__", None))
        makers, owner, place = list[CodeType](), "", self._reporter.place_of(frame)
        for _ in range(CALLERS):
            if frame is None:
                break
            code = frame.f_code
            if code.co_name == "__init__" and code.co_argcount:
                made = frame.f_locals.get(code.co_varnames[0])
                if made is not None and any(made is one for one in owners):
                    makers.append(code)
                    owner = type(made).__name__
            frame = nearest(frame.f_back, self._reporter.files)
        return Early(owner, place, tuple(makers)) if makers else None

    def died(self, early: Early, lane: int, message: str) -> None:
        """Such a thread died: of an attribute that __init__ gives the object after it has started the thread?"""
        quoted = message.split("'")[1::2]  # the class and the attribute
        if len(quoted) != 2 or quoted[0] != early.owner:
            return
        stored = (one for code in early.makers for one in dis.get_instructions(code))
        if any(one.opname == "STORE_ATTR" and one.argval == quoted[1] for one in stored):
            self.tell(Mistake.TOO_EARLY, lane, early.place, quoted[1])


@one_per_run
def mistakes_of(context: RunServices) -> Mistakes:
    """Those of a run."""
    return Mistakes(context)


def plain(value: object) -> str:
    """A value as it is written, of an object the name of its class; nothing of the program runs for it."""
    text = repr(value) if type(value) in _PLAIN else type(value).__name__
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


class TellsRun:
    """A class of threads or processes that says when the program calls run() of one that was not started.

    Stands before the real class. A run() of the program's own class is called through a function that says so.
    """

    _stage: RunServices
    _stage_ran_here = False  # it was said
    ident: int | None

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        run, context = vars(cls).get("run"), getattr(cls, "_stage", None)
        own = context.reporter.files if context is not None else ()
        if isinstance(run, types.FunctionType) and run.__code__.co_filename in own:
            cls.run = _telling(run)  # type: ignore[method-assign]  # it does the same

    def run(self) -> None:
        self._stage_runs()
        super().run()  # type: ignore[misc]  # of the real class beside it

    def _stage_runs(self) -> None:
        """run() was called: by Python in the thread or the process itself, or by the program in place of start()."""
        lane: int = getattr(self, "_stage_id", 0) or getattr(self, "_stage_lane", 0)
        if lane and self.ident is None and not self._stage_ran_here:  # 0: its __init__ was never called
            self._stage_ran_here = True
            mistakes_of(self._stage).ran_here(lane)


def _telling(run: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(run)
    def called(self: TellsRun, *args: object, **kwargs: object) -> None:
        self._stage_runs()
        return run(self, *args, **kwargs)

    return called
