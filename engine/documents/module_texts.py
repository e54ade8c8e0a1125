"""What is typed in files that programs import: they are documents too, but nobody opened them by themselves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from engine.documents import source_file
from engine.documents.workspace import Document, Workspace, file_id, scenario_of


def type_in(workspace: Workspace, path: Path, text: str) -> Document:
    """Takes on the text of a file that a program imports. Raises DocumentError."""
    document = workspace.with_path(path)
    if document is None or (document.part and not document.edited):  # its file may be another one by now
        file, id_ = source_file.read(path), file_id(path)
        document = Document(scenario_of(id_, path), file.text, file, id_, part=True)
    return workspace.take(replace(document, text=text))


def save_copy(workspace: Workspace, path: Path, text: str, target: Path) -> None:
    """Writes a module's text to another file, as the module's own is written. Raises DocumentError."""
    known = workspace.with_path(path)
    file = known.file if known is not None and known.edited else source_file.read(path)
    source_file.write(target, text, *((file.encoding, file.newline) if file is not None else ()))


def unsaved(workspace: Workspace) -> dict[str, str]:
    """The texts that files do not have, by the files' paths."""
    return {str(one.file.path): one.text for one in workspace.known.values() if one.file is not None and one.edited}


def saved(workspace: Workspace) -> dict[str, str]:
    """Of files that were typed into and need no saving, the texts as they were read or written last."""
    known = [one for one in workspace.known.values() if one.part and not one.edited]
    return {str(one.file.path): one.text for one in known if one.file is not None}
