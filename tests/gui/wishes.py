"""Commands that write down what a panel wished for."""

from engine.frame import State


class Wishes:
    """Takes every wish and keeps it: ("look", 1.0, 2.0)."""

    def __init__(self) -> None:
        self.made: list[tuple[object, ...]] = []

    def of(self, name: str) -> list[tuple[object, ...]]:
        """The wishes of one name, without it."""
        return [wish[1:] for wish in self.made if wish[0] == name]

    def run(self) -> None:
        self.made.append(("run",))

    def stop(self) -> None:
        self.made.append(("stop",))

    def pause(self) -> None:
        self.made.append(("pause",))

    def open(self, scenario: str, settings: str = "") -> None:
        self.made.append(("open", scenario, settings))

    def switch(self, name: str, on: bool) -> None:
        self.made.append(("switch", name, on))

    def knob(self, name: str, value: object) -> str:
        self.made.append(("knob", name, value))
        return ""

    def reset_knobs(self) -> None:
        self.made.append(("reset_knobs",))

    def speed(self, factor: float) -> None:
        self.made.append(("speed", factor))

    def interpreter(self, executable: str) -> None:
        self.made.append(("interpreter", executable))

    def look(self, start: float, end: float) -> None:
        self.made.append(("look", start, end))

    def follow(self, on: bool) -> None:
        self.made.append(("follow", on))

    def fit(self) -> None:
        self.made.append(("fit",))

    def cursor(self, time: float | None) -> None:
        self.made.append(("cursor", time))

    def line(self, number: int) -> None:
        self.made.append(("line", number))

    def hide(self, state: State, hidden: bool) -> None:
        self.made.append(("hide", state, hidden))

    def theme(self, name: str) -> None:
        self.made.append(("theme", name))

    def text_scale(self, factor: float) -> None:
        self.made.append(("text_scale", factor))
