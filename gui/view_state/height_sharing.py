"""How the height of the middle column is shared: what plots ask for, and what each of them gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from engine.frame import Frame
from gui.theme.theme import Theme

USUAL, CROWDED = 0.66, 0.73  # of the column's height for plots, so that code and output always keep the rest


@dataclass(frozen=True)
class Height:
    """Pixels: with `least` it can be read, with `good` there is nothing more to show."""

    least: int
    good: int


@runtime_checkable
class Asking(Protocol):
    """A plot whose content says how high it should be."""

    def asks(self, frame: Frame) -> Height | None:
        """For this frame; None: as its stretch says. Called with every frame: a look at what there is, no more."""


class Asked:
    """What the plots of the open scenario have asked for. It only grows, so that a run that grows seldom moves them."""

    def __init__(self) -> None:
        self._scenario = ""
        self.heights: Mapping[str, Height] = {}

    def forget(self) -> None:
        """Another theme, another size of text: pixels are other ones."""
        self.heights = {}

    def feed(self, scenario: str, controller: Mapping[str, Height]) -> Mapping[str, Height]:
        """Everything that was asked for up to now, by the plot's id; the same object while nothing in it changes."""
        if scenario != self._scenario:
            self._scenario, self.heights = scenario, {}
        for name, now in controller.items():
            before = self.heights.get(name)
            grown = now if before is None else Height(max(now.least, before.least), max(now.good, before.good))
            if grown != before:
                self.heights = {**self.heights, name: grown}
        return self.heights


def shared(room: int, theme: Theme, stretches: Mapping[str, int], asked: Mapping[str, Height]) -> dict[str, int]:
    """Pixels for each plot of `stretches`, in the order from above; what is left of `room` is the code's.

    The first one is the timeline. A plot that asks for nothing gets what its stretch says. What is spare beyond the
    least of all goes to those that could use more, in proportion.
    """
    measures = theme.measures
    plain = {
        name: theme.px(measures.plot * stretch / 2 if at else measures.timeline)
        for at, (name, stretch) in enumerate(stretches.items())
    }
    controller = {name: asked.get(name, Height(height, height)) for name, height in plain.items()}
    crowded = any(wish.good > plain[name] for name, wish in controller.items())
    most = room * (CROWDED if crowded else USUAL)
    least = sum(wish.least for wish in controller.values())
    if least > most:
        return {name: round(wish.least * most / least) for name, wish in controller.items()}
    short = sum(wish.good - wish.least for wish in controller.values())
    share = min(1.0, (most - least) / max(1, short))
    return {name: round(wish.least + (wish.good - wish.least) * share) for name, wish in controller.items()}
