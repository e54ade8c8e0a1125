"""The files beside the program that are a part of it: before a run what its text imports, then also what a run read."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from engine.checking import module_search
from engine.checking.checker import Answer
from engine.checking.imported_modules import ModuleText, may_import
from engine.checking.live_check import LiveCheck
from engine.checking.module_search import ModuleQuestion
from engine.frame import NO_CHECK, Check, SourceModule
from engine.protocol.program_text import Switch

SMALL = 20_000  # letters that are parsed in some 30 ms
RESTS = 0.3  # seconds without typing after which imports are looked at again
PATIENCE = 2.0  # seconds that an end waits for a disk


class SourceModules:
    """Kept up to date by a thread for each search: a dead network disk stops no window. For one thread itself.

    `look_for` finds the files: on the disk, unless whoever shows a kept run sets another.
    """

    def __init__(self, check: LiveCheck) -> None:
        self._check = check
        self._checked = False  # the program can be edited: what Python says of these texts is wanted
        self._asked: dict[str, str] = {}  # path -> the text that Python was asked about last
        self._checks: dict[str, Check] = {}  # path -> what it said
        self.look_for: Callable[[ModuleQuestion], list[ModuleText] | None] = _on_disk
        self.shown: tuple[SourceModule, ...] = ()  # the same tuple as long as nothing in it changed
        self.switches: tuple[Switch, ...] = ()  # that they make
        self.known: frozenset[str] = frozenset()  # names of those that were known when the last run began
        self._typed: Mapping[str, str] = {}  # real path -> text that is not saved
        self._ran: dict[str, str] | None = None  # path -> text, of the run that is shown; None: none
        self.read: dict[str, str] = {}  # name -> path, of what a run has read
        self.busy = False  # something is to be looked at, or is being looked at: `poll` is to be called
        self._wanted: ModuleQuestion | None = None
        self._due: float | None = None  # on the clock of `monotonic`, None: nothing is to be looked at
        self._search: threading.Thread | None = None
        self._number = 0  # of programs and runs: what a search found for an earlier one is thrown away
        self._found: tuple[int, list[ModuleText] | None] | None = None

    def open(self, text: str, path: str, module: str = "", *, checked: bool = False) -> None:
        """Another program; an empty path: none. `checked`: Python is asked what it says of each text."""
        self._number += 1
        self._checked, self._asked, self._checks = checked, {}, {}
        self._check.forget()
        self.shown, self.switches, self._ran, self.read = (), (), None, {}
        self._wanted = ModuleQuestion(text, path, module, self._typed, ()) if path else None
        self._due = 0.0 if path else None
        self.busy = self.busy or bool(path)

    def edit(self, text: str) -> None:
        """The program's text is another one."""
        self._want(RESTS, text=text)

    def rename(self, path: str, module: str) -> None:
        """The program lies elsewhere from now on."""
        self._want(0.0, path=path, module=module)

    def type_in(self, texts: Mapping[str, str], saved: Mapping[str, str]) -> None:
        """What is typed in files, also in others than these, and not saved: path -> text, all of them.

        Of a file that is not among them any more `saved` has what is shown until it is read again.
        """
        typed = {os.path.realpath(path): text for path, text in texts.items()}
        if typed == self._typed:
            return
        gone, self._typed = self._typed.keys() - typed.keys(), typed
        read = {os.path.realpath(path): text for path, text in saved.items()}
        shown = [replace(one, text=read.get(os.path.realpath(one.path), one.text)) for one in self.shown]
        self._put(tuple([self._as_known(one) for one in shown]))
        self._want(0.0 if gone else RESTS, typed=typed)

    def begin(self, path: str) -> dict[str, str]:
        """A run of the program begins. Returns the texts that it reads in place of files.

        Files may be other ones than when they were looked at last: what it reads of them the next search reads, too.
        """
        self._number += 1
        self.known = frozenset([one.name for one in self.shown])
        self._ran, self.read = {one.path: one.text for one in self.shown if one.edited}, {}
        self._put(tuple([replace(one, ran=one.text if one.edited else "") for one in self.shown]))
        self._want(0.0)
        own = os.path.realpath(path)
        return {path: text for path, text in self._typed.items() if path != own}

    def see(self, paths: Mapping[str, str]) -> None:
        """The files that a run has read so far: name -> path."""
        if len(paths) != len(self.read):
            self.read = dict(paths)
            self._want(0.0)

    def take(self, answer: Answer) -> bool:
        """What Python says of a text; returns whether it is one of these. Of one that has changed it is no answer."""
        if self._asked.get(answer.file) == answer.check.text:
            self._checks[answer.file] = answer.check
            self._put(tuple([self._as_known(one) for one in self.shown]))
        return bool(answer.file)

    def check_again(self) -> None:
        """Another Python is chosen."""
        self._asked = {}
        self._put(self.shown)

    def look_again(self) -> None:
        """Files may have changed."""
        self._want(0.0)

    def poll(self) -> bool:
        """Takes in what a search has found, and begins another one where there is something to look at.

        Returns whether it was told by a search what there is.
        """
        taken = False
        if self._search is not None and not self._search.is_alive():
            self._search = None
            if self._found is not None and self._found[0] == self._number and self._found[1] is not None:
                self._take(self._found[1])
                taken = True
        if self._search is None and self._due is not None and time.monotonic() >= self._due:
            assert self._wanted is not None
            wanted, self._due = replace(self._wanted, also=self._also()), None
            self._search = threading.Thread(target=self._look, args=(self._number, wanted), daemon=True)
            self._search.start()
        self.busy = self._search is not None or self._due is not None
        return taken

    def settle(self) -> None:
        """Waits until all is known; for tests, and for whoever shows only one frame."""
        while self._search is not None or self._due is not None:
            if self._search is not None:
                self._search.join()
            self._due = 0.0 if self._due is not None else None
            self.poll()

    def close(self) -> None:
        """Ends the search; one that hangs is left alone."""
        self._due = None
        if self._search is not None:
            self._search.join(PATIENCE)

    def _want(self, rests: float, **changes: object) -> None:
        if self._wanted is not None:
            self._wanted = replace(self._wanted, **changes)  # type: ignore[arg-type]  # its own fields
            self._due = time.monotonic() + rests
            self.busy = True

    def _also(self) -> tuple[str, ...]:
        """What the run has read; and what is typed in a file stays in sight when the import of it is taken out."""
        return (*self.read.values(), *(one.path for one in self.shown if one.edited))

    def _look(self, number: int, wanted: ModuleQuestion) -> None:
        """On a thread of its own."""
        self._found = (number, self.look_for(wanted))

    def _take(self, found: list[ModuleText]) -> None:
        """Tabs that are there keep their places; new ones come behind them."""
        made_there = {switch.name: switch for one in reversed(found) for switch in reversed(one.switches)}
        self.switches = tuple(reversed(made_there.values()))
        before = {one.name: at for at, one in enumerate(self.shown)}
        made = []
        for one in sorted(found, key=lambda one: before.get(one.name, len(before))):
            ran = ""
            if self._ran is not None:
                ran = self._ran.setdefault(one.path, one.text)
            made.append(self._as_known(SourceModule(one.name, one.path, one.text, False, ran)))
        self._put(tuple(made))

    def _as_known(self, one: SourceModule) -> SourceModule:
        """With what is typed in it, and what Python said of it last: marks stay until it says something else."""
        typed = self._typed.get(os.path.realpath(one.path))
        text = one.text if typed is None else typed
        return replace(one, text=text, edited=typed is not None, check=self._checks.get(one.path, NO_CHECK))

    def _put(self, modules: tuple[SourceModule, ...]) -> None:
        """What says the same stays the same object. Of each text that is another one Python is asked."""
        for one in modules if self._checked else ():
            if self._asked.get(one.path) != one.text:
                self._asked[one.path] = one.text
                self._check.put(one.text, one.path, at_once=not one.edited)
        if modules != self.shown:
            old = {one.name: one for one in self.shown}
            self.shown = tuple([old[one.name] if old.get(one.name) == one else one for one in modules])


def _on_disk(wanted: ModuleQuestion) -> list[ModuleText] | None:
    """Parsing holds the GIL, and with it the window: a long text is another process's."""
    if not wanted.also and not may_import(wanted.text, wanted.path, wanted.module):
        return []
    if len(wanted.text) + sum(map(len, wanted.typed.values())) < SMALL:
        return module_search.look(wanted)
    return module_search.look_elsewhere(wanted)
