"""The programs of one's own that are open: their texts as typed, their files, how they differ."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain, count
from pathlib import Path
from zlib import adler32, crc32

from engine.documents import rescue, source_file
from engine.documents.rescue import RescuedText, RescueStore
from engine.documents.source_file import DocumentError, SourceFile
from engine.hosting import work_folder
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.scenarios.scenario import LAST, Scenario

ORDER = LAST + 1  # after all others
NAME = "untitled.py"


class FileChange(enum.Enum):
    """How the file on the disk differs from what was read or written last."""

    NONE = "none"
    CHANGED = "changed"
    GONE = "gone"


@lazy_dataclass(frozen=True)
class Document:
    """A program that can be edited. `scenario` is what it is opened as; its id is the document's."""

    scenario: Scenario
    text: str
    file: SourceFile | None = None  # None: it has none yet
    key: str = ""  # under which its text is rescued
    kept: float = 0.0  # seconds since 1970: when a text that was rescued was kept
    gone: bool = False  # its file is not there any more
    part: bool = False  # a module of another program: it was not opened itself, and is not listed

    @property
    def id(self) -> str:
        return self.scenario.id

    @property
    def edited(self) -> bool:
        """Whether something would be lost without saving."""
        return self.gone or self.text != (self.file.text if self.file is not None else "")


class Workspace:
    """Open documents by their ids. For one thread; what takes long on the disk is done by the store's.

    `group` is where they stand in the list of lessons. `make_folder()` makes an empty folder for programs without a
    file, when there is the first of them.
    """

    def __init__(self, store: RescueStore, group: str, make_folder: Callable[[], str] = work_folder.make) -> None:
        self._group = group
        self.store, self._make_folder, self._folder = store, make_folder, ""
        self.known: dict[str, Document] = {}
        self._numbers = count(1)

    @property
    def documents(self) -> tuple[Document, ...]:
        """Those that were opened."""
        return tuple([one for one in self.known.values() if not one.part])

    def get(self, id_: str) -> Document | None:
        """The document with this id."""
        return self.known.get(id_)

    def open(self, path: Path, scenario: Scenario | None = None) -> Document:
        """The document of a file, read now unless it is open. Raises DocumentError.

        `scenario` is the one whose program it is, so that its lesson goes with it.
        """
        path = path.expanduser().absolute()
        known = self.with_path(path)
        if known is not None and not known.part:
            return known
        if known is not None and known.edited:
            return self.take(replace(known, scenario=scenario_of(known.id, path, self._group), part=False))
        if known is not None:  # a module as it was saved: its file may be another one by now
            del self.known[known.id]
        file = source_file.read(path)
        id_ = scenario.id if scenario is not None else file_id(path)
        return self.take(Document(scenario or scenario_of(id_, path, self._group), file.text, file, id_))

    def new(self, text: str, name: str = NAME, origin: Scenario | None = None) -> Document:
        """A program without a file. `origin` is the lesson that it is a copy of."""
        number = next(self._numbers)
        id_, names = f"new-{number}", {one.scenario.title for one in self.documents}
        stem, _, kind = name.rpartition(".")
        title = next(one for one in chain([name], (f"{stem}-{n}.{kind}" for n in count(2))) if one not in names)
        self._folder = self._folder or self._make_folder()
        path = Path(self._folder) / id_ / title
        path.parent.mkdir(parents=True, exist_ok=True)
        scenario = scenario_of(id_, path, self._group)
        if origin is not None:
            scenario = replace(
                origin, id=id_, title=title, group=self._group, order=ORDER, program=path, cwd=scenario.cwd, error=""
            )
        return self.take(Document(scenario, text, None, id_))

    def take(self, document: Document) -> Document:
        """Keeps it as it is now."""
        self.known[document.id] = document
        self._keep(document)
        return document

    def with_path(self, path: Path) -> Document | None:
        """The one of this file, also by way of a link."""
        for one in self.known.values():
            if one.file is not None and (one.file.path == path or _same(one.file.path, path)):
                return one
        return None

    def edit(self, id_: str, text: str) -> Document | None:
        """Takes on another text, and keeps it against a crash; None where no such document is open."""
        old = self.known.get(id_)
        if old is None or old.text == text:
            return old
        return self.take(replace(old, text=text))

    def _keep(self, document: Document) -> None:
        if not document.edited:
            self.store.drop(document.key)
            return
        file, lesson = document.file, document.scenario.folder.name
        kept = RescuedText(
            document.scenario.title,
            str(file.path) if file is not None else "",
            document.text,
            rescue.now(),
            lesson if file is None and document.scenario.lesson else "",
        )
        self.store.keep(document.key, kept)

    def save(self, id_: str, path: Path | None = None) -> Document:
        """Writes it to its file, or to another one, which is its own from now on. Raises DocumentError, KeyError.

        Another file is another document: it has another id.
        """
        old = self.known[id_]
        target = path.expanduser().absolute() if path is not None else old.file.path if old.file is not None else None
        if target is None:
            raise KeyError(id_)
        style = (old.file.encoding, old.file.newline) if old.file is not None else ("utf-8", "\n")
        file = source_file.write(target, old.text, *style)
        if old.file is not None and old.file.path == target:
            return self.take(replace(old, file=file, gone=False))
        other = self.with_path(target)
        new = file_id(target)
        scenario = replace(
            old.scenario, id=new, title=target.name, program=target, cwd=target.parent, group=self._group, order=ORDER
        )
        self.store.drop(old.key)
        kept = {
            (new if name == id_ else name): one
            for name, one in self.known.items()
            if other is None or name != other.id or name == id_
        }
        self.known = kept
        return self.take(Document(scenario, old.text, file, new))

    def change_of(self, id_: str) -> FileChange:
        """Whether its file is another one by now than it was when it was read or written."""
        document = self.known.get(id_)
        if document is None or document.file is None:
            return FileChange.NONE
        state = source_file.state_of(document.file.path)
        if state is None:
            return FileChange.GONE
        return FileChange.NONE if state == document.file.state else FileChange.CHANGED

    def read_again(self, id_: str) -> Document:
        """The file's text takes the place of what was typed. Raises DocumentError."""
        old = self.known[id_]
        assert old.file is not None
        file = source_file.read(old.file.path)
        return self.take(replace(old, text=file.text, file=file, gone=False))

    def file_is_gone(self, id_: str) -> None:
        """Its file was removed: all of it is only here now."""
        self.take(replace(self.known[id_], gone=True))

    def keep_mine(self, id_: str) -> Document:
        """What was typed stays; the file is taken as it is now, as what saving will write over."""
        old = self.known[id_]
        assert old.file is not None
        try:
            file = source_file.read(old.file.path)
        except DocumentError:  # gone, or no program any more
            file = replace(old.file, text="", state=source_file.state_of(old.file.path))
        return self.take(replace(old, file=file))

    def close(self, id_: str) -> None:
        """It is gone, and nothing of it is kept."""
        document = self.known.pop(id_, None)
        if document is not None:
            self.store.drop(document.key)

    def end(self) -> None:
        """The window goes: what is not saved stays kept, for the next one."""
        self.store.close()
        if self._folder:
            work_folder.remove(self._folder)

    def rescued(self, lessons: Mapping[str, Scenario]) -> tuple[Document, ...]:
        """Opens what windows that are gone had not saved, the last one first."""
        return tuple([self._rescued(key, text, lessons) for key, text in self.store.take()])

    def _rescued(self, key: str, text: RescuedText, lessons: Mapping[str, Scenario]) -> Document:
        try:
            document = self.open(Path(text.path)) if text.path else None
        except DocumentError:  # its file is gone meanwhile
            document = None
        if document is None or document.edited:  # edited: another window had this file, too, and typed something later
            document = self.new(text.text, text.name, lessons.get(text.scenario))
        self.store.drop(document.key)
        return self.take(replace(document, text=text.text, key=key, kept=text.time))


def scenario_of(id_: str, path: Path, group: str = "") -> Scenario:
    """What a file is opened as."""
    return Scenario(id_, path.name, group=group, order=ORDER, folder=path.parent, program=path, cwd=path.parent)


def file_id(path: Path) -> str:
    """The id of a file's document: the same one each time, and no path, which would be read as more than a name."""
    name = str(path).encode("utf-8", "surrogatepass")
    return f"file-{crc32(name):08x}{adler32(name):08x}"  # hashlib takes longer to load than all of this


def _same(a: Path, b: Path) -> bool:
    try:
        return a.samefile(b)
    except OSError:
        return False
