"""F8: to the next error of syntax, on through the files of the program, round at the end."""

from collections.abc import Callable

from engine.frame import Program
from gui.view_state.shown_file import files_with_problems
from gui.widgets.code_view import CodeView


class NextError:
    """Told of each frame that is drawn; the caret goes to a place in another file once that file is shown."""

    def __init__(self, show_file: Callable[[str], None]) -> None:
        self._show_file = show_file
        self._seen: tuple[Program, str, CodeView] | None = None
        self._wanted: str | None = None  # the file that was asked for

    def see(self, program: Program, shown: str, file: str, view: CodeView) -> None:
        """This file of the program is in sight; `shown` is the one that is asked for, which may not be there."""
        self._seen = program, file, view
        if self._wanted == shown:
            self._wanted = None
            if shown == file and not view.to_problem(-1):
                view.setFocus()  # the error is the text as a whole: the header says it

    def go(self) -> None:
        """To the next one below the caret, else to the first one of the next file that has any."""
        if self._seen is None:
            return
        program, file, view = self._seen
        files = files_with_problems(program, file)
        mine = not files or file in files
        if mine and view.to_problem(view.textCursor().blockNumber()):
            return
        if not files or files[0] == file:
            view.to_problem(-1)
        else:
            self._wanted = files[0]
            self._show_file(files[0])
