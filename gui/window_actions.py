"""What a key does with the window itself: the list of keys, the palette, from panel to panel."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from gui.driver import Driver
from gui.widgets import focus
from gui.window import Window


@runtime_checkable
class OffersPythons(Protocol):
    """A panel in which the Python is chosen."""

    def choose_python(self) -> None: ...


@runtime_checkable
class OffersSuspicions(Protocol):
    """A panel that shows where a program could break."""

    def next_suspicion(self) -> str: ...


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

    def next_suspicion() -> None:
        for panel in (part.panel for part in driver.parts if isinstance(part.panel, OffersSuspicions)):
            panel.next_suspicion()

    return {
        "suspicion": next_suspicion,
        "help": show_keys,
        "palette": show_palette,
        "python": choose_python,
        "panel": lambda: focus.next_panel(window, window.areas, forward=True),
        "panel-before": lambda: focus.next_panel(window, window.areas, forward=False),
    }
