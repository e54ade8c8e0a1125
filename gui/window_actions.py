"""What a key does with the window itself: the list of keys, the palette, from panel to panel."""

from collections.abc import Callable
from functools import partial
from typing import Protocol, runtime_checkable

from gui.actions import ACTIONS, EDITING
from gui.driver import Driver
from gui.widgets import focus
from gui.window import Window


@runtime_checkable
class OffersPythons(Protocol):
    """A panel in which the Python is chosen."""

    def choose_python(self) -> None: ...


@runtime_checkable
class Edits(Protocol):
    """A panel in which the program is edited."""

    def flush(self) -> None:
        """Hands over at once what was typed."""

    def perform(self, action: str) -> None:
        """Does what an action of the editor does."""


@runtime_checkable
class AnswersPrograms(Protocol):
    """A panel in which somebody types what the program asks for."""

    def answer_program(self) -> None: ...


@runtime_checkable
class TakesArguments(Protocol):
    """A panel in which the program's arguments are typed."""

    def type_arguments(self) -> None: ...


def window_handlers(window: Window, driver: Driver) -> dict[str, Callable[[], None]]:
    """By the id of their action. They work whatever is shown: nothing of it hangs on the toolbar."""

    def show_keys() -> None:
        from gui.widgets.key_overlay import KeysOverlay  # noqa: PLC0415 - the first frame does not wait for it

        notes = driver.controller.course.scenario.switches.items()
        extra = tuple((one.key, f"{name}: {one.note}" if one.note else name) for name, one in notes if one.key)
        KeysOverlay(window, driver.appearance.theme, extra)

    def show_palette(typed: str = "") -> None:
        from gui.command_list import commands_of  # noqa: PLC0415 - for the same reason
        from gui.widgets.command_palette import CommandPalette  # noqa: PLC0415

        panels = [part.info for part in driver.parts]
        listed = commands_of(driver.controller, driver.scene(), panels)
        CommandPalette(window, driver.appearance.theme, listed, typed)

    def choose_python() -> None:
        panels = (part.panel for part in driver.parts if driver.is_seen(part.panel.widget))
        shown = next((panel for panel in panels if isinstance(panel, OffersPythons)), None)
        if shown is not None:
            shown.choose_python()
        else:
            show_palette("python ")

    def edit(action: str) -> None:
        window.middle.deck.turn_to("code")  # where it is a page of it: what is asked for is to be seen
        for part in driver.parts:
            if isinstance(part.panel, Edits):
                part.panel.perform(action)

    def answer_program() -> None:
        """Shows the panel for it, where something asks."""
        found = [(part.info.id, part.panel) for part in driver.parts if isinstance(part.panel, AnswersPrograms)]
        panels, asking = driver.controller.panels, driver.frame.recording.questions.asking
        for name, panel in found if asking else ():
            if panels.alone not in ("", name):
                panels.show_alone("")
            panels.hide(name, False)
            driver.draw(driver.frame)  # so that it has its place
            window.middle.deck.turn_to(name)  # where that is a page of the deck
            driver.draw(driver.frame)
            panel.answer_program()

    def type_arguments() -> None:
        """Shows the panel for it, where the program has one."""
        panels = driver.controller.panels
        for part in driver.parts:
            if isinstance(part.panel, TakesArguments) and driver.frame.program.own:
                if panels.alone not in ("", part.info.id):
                    panels.show_alone("")
                panels.hide(part.info.id, False)
                driver.draw(driver.frame)  # so that it has its place
                part.panel.type_arguments()

    return {
        "program": partial(edit, "program"),
        "arguments": type_arguments,
        **{one.id: partial(edit, one.id) for one in ACTIONS if one.group == EDITING},
        "answer": answer_program,
        "suspicion": partial(edit, "suspicion"),
        "help": show_keys,
        "palette": show_palette,
        "python": choose_python,
        "panel": lambda: focus.next_panel(window, window.areas, forward=True),
        "panel-before": lambda: focus.next_panel(window, window.areas, forward=False),
    }
