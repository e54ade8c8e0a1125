"""The program's imports: modules beside it are read as a part of it, and some names mean facades.

The name of this file is no accident. Its frames stand between an import and the module that is read, and `warnings`
counts no frame whose file is called "importlib" and "_bootstrap": so a warning with a stack level names the line that
it names outside.
"""

from __future__ import annotations

import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import linecache
import os
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from engine.protocol.messages import MissingFact
from engine.stage.facade import registry
from engine.stage.facade.base import lazy
from engine.stage.outcome import exception_report
from engine.stage.run_services import RunServices

_LIBRARY = os.path.dirname(os.__file__)
_LOADED_BEFORE = frozenset(sys.builtin_module_names) | {  # by Python itself: no file beside a program hides them
    *("abc", "codecs", "encodings", "genericpath", "io", "ntpath", "os", "posixpath", "site", "stat", "zipimport"),
}


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a module beside the program as a part of it: with the program's builtins.

    What reads, compiles and executes it is Python's own, so that tracebacks have the frames that they have outside.
    """

    imports: Imports

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = types.ModuleType(spec.name)
        module.__dict__["__builtins__"] = self.imports.builtins
        return module

    def path_stats(self, path: str) -> Mapping[str, Any]:
        """Asked for before the text or what is kept of it: from here on the file is one of the program's."""
        try:
            text = importlib.util.decode_source(self.get_data(path))
        except (OSError, SyntaxError, UnicodeDecodeError):
            pass  # Python says so at once
        else:
            self.imports.add_file(path, text)
        return super().path_stats(path)


class _TypedLoader(_Loader):
    """Loads a module as it is typed and not saved. What asks for its text is Python's own again: see `_Loader`."""

    def _text(self) -> str:
        return self.imports.typed(self.path) or ""

    def path_stats(self, path: str) -> NoReturn:
        """None: so nothing that was kept of the file is taken, and nothing of what is typed is kept."""
        text = self._text()
        self.imports.add_file(path, text)
        keep_lines(path, text)
        raise OSError(path)

    def get_data(self, path: str) -> Any:
        """Its own text is no bytes: an encoding that its first line names is that of the file."""
        return self._text() if path == self.path else super().get_data(path)

    def get_source(self, fullname: str) -> str:
        """What `inspect` and tracebacks show."""
        del fullname
        return self._text()


class _MainLoader(_Loader):
    """Loads the program itself, where it is run by its name: with its knobs, and as it stands in the window."""

    def get_code(self, fullname: str) -> types.CodeType:
        del fullname
        return self.imports.main_code()


def _is_replaced(name: str) -> bool:
    """Whether gevent has put its own in the place of this module: a facade would wait where that must not."""
    monkey: Any = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched(name))


def keep_lines(path: str, text: str) -> None:
    """Tracebacks show the lines that run, and not those of a file that has others."""
    linecache.cache[path] = (len(text), None, text.splitlines(keepends=True), path)


def _loader_of(module: types.ModuleType | None) -> Any:
    return getattr(getattr(module, "__spec__", None), "loader", None)


def is_own(module: types.ModuleType) -> bool:
    """Whether it was read as a part of the program."""
    return isinstance(getattr(module, "__loader__", None), _Loader)


class _Finder(importlib.abc.MetaPathFinder):
    """Lets Python find a module, and has it read as a part of the program where it lies beside that, or below."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        looks = {"imports": imports, "__module__": importlib.machinery.SourceFileLoader.__module__}
        self._loader = type("SourceFileLoader", (_Loader,), looks)
        self._typed_loader = type("SourceFileLoader", (_TypedLoader,), looks)
        self._main_loader = type("SourceFileLoader", (_MainLoader,), looks)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        parent = sys.modules.get(fullname.rpartition(".")[0])
        if getattr(parent, "__file__", None) and not isinstance(_loader_of(parent), _Loader):
            return None  # a library may lie in the folder of the program, or below it
        folder = os.path.join(self._imports.context.folder, "")
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target) if folder else None
        if spec is None or type(spec.loader) is not importlib.machinery.SourceFileLoader or spec.origin is None:
            return None
        if not spec.origin.startswith(folder) or (path is None and not self._is_for_own(spec.origin, fullname)):
            return None
        main = self._imports.main
        load = self._loader if self._imports.typed(spec.origin) is None else self._typed_loader
        if main is not None and main[0] == spec.origin:
            load = self._main_loader
        spec.loader = load(fullname, spec.origin)
        return spec

    def _is_for_own(self, origin: str, name: str) -> bool:
        """Whether a module that no package holds is the program's own: beside it, or where the program looks first.

        A folder that comes behind Python's own library is one for libraries, wherever it lies.
        """
        place, file = os.path.split(origin)
        if file == "__init__.py" and os.path.basename(place) == name:
            place = os.path.dirname(place)
        if place == self._imports.context.folder:
            return True
        first = sys.path[: sys.path.index(_LIBRARY)] if _LIBRARY in sys.path else []
        return any(isinstance(one, str) and os.path.abspath(one) == place for one in first)


class Imports:
    """What a program's `import` does. `own` is what `import builtins` brings, `alone` as for `Program`."""

    def __init__(self, context: RunServices, own: types.ModuleType, alone: bool) -> None:
        self.context = context
        self.builtins = own.__dict__
        self.main: tuple[str, types.CodeType] | None = None  # the program's own file, that is about to be executed
        self.begun: Callable[[], object] = lambda: None  # called when that is so
        self.texts: Mapping[str, str] = {}  # of modules, by their real paths, in place of their files
        self._own = own
        self._alone = alone
        self._missing: set[str | None] = set()  # libraries that an import did not find

    def read_modules(self) -> importlib.abc.MetaPathFinder:
        """From here on modules beside the program are read as a part of it. Returns what is to be removed again."""
        finder = _Finder(self)
        usual = importlib.machinery.PathFinder
        before = sys.meta_path.index(usual) if usual in sys.meta_path else 0
        sys.meta_path.insert(before, finder)
        return finder

    def add_file(self, path: str, text: str) -> None:
        """A file of the program is read."""
        self.context.reporter.add_file(path, text)

    def typed(self, path: str) -> str | None:
        """The text of a module in place of its file's, None where it is as the file has it."""
        return self.texts.get(os.path.realpath(path)) if self.texts else None

    def main_code(self) -> types.CodeType:
        """The program's own, which is about to be executed."""
        assert self.main is not None
        code = self.main[1]
        self.main = None
        self.begun()
        return code

    def import_(self, *args: Any, **kwargs: Any) -> types.ModuleType:
        """The program's `import`; of a module that is not there it also tells the window, once each."""
        try:
            return self._imported(*args, **kwargs)
        except ModuleNotFoundError as error:
            if error.name not in self._missing:
                self._missing.add(error.name)
                self.tell_missing(error)
            raise

    def _imported(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> types.ModuleType:
        """A facade where there is one and no module of that name beside the program."""
        top = name.partition(".")[0]
        if name == "builtins":
            return self._own
        if level == 0 and registry.has(top) and not self._is_beside(top) and not _is_replaced(top):
            found: types.ModuleType = registry.imported(self.context, name, fromlist or ())
            return found
        if level == 0 and self._alone:
            if top == lazy.TOP:
                lazy.make_way()
            if self._is_beside(top):
                self._forget_foreign(top)
        return builtins.__import__(name, globals, locals, fromlist or (), level)

    def tell_missing(self, error: ModuleNotFoundError) -> None:
        """The fact "missing" for a module of its own; of a part of a package that is there nothing is said."""
        module, reporter = exception_report.missing(error), self.context.reporter
        if module:
            self.context.channel.facts.append(MissingFact(module, reporter.place_of(reporter.caller())))

    def _is_beside(self, top: str) -> bool:
        folder, inside = self.context.folder, (f"{top}.py", os.path.join(top, "__init__.py"))
        if not folder or top in _LOADED_BEFORE:
            return False
        return any(os.path.isfile(os.path.join(folder, file)) for file in inside)

    def _forget_foreign(self, top: str) -> None:
        """A file beside the program hides a module of the library, as it would outside."""
        module = sys.modules.get(top)
        if module is None or is_own(module):
            return
        for name in [name for name in sys.modules if name == top or name.startswith(f"{top}.")]:
            del sys.modules[name]
