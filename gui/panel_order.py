"""Pure: in which order panels stand, from above, and come to the keyboard."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from gui.panel import PanelInfo, Place

TABBED = (
    Place.TOOLBAR, Place.LEFT, Place.OVER_TIME, Place.OVER_DECK, Place.PLOTS, Place.DECK, Place.CENTRE, Place.BESIDE,
    Place.RIGHT, Place.STATUS,
)  # fmt: skip
LARGE = 1.5  # times the usual text: from which on the right column has no room for all of its panels
Panels = Sequence[tuple[PanelInfo, QWidget]]


def in_order(panels: Panels, scale: float) -> list[tuple[PanelInfo, QWidget]]:
    """From above; where letters are large what counts most stands first in its place."""
    large = scale >= LARGE
    return sorted(panels, key=lambda one: (TABBED.index(one[0].place), not (large and one[0].rises), one[0].order))


def areas(panels: Panels, tabs: QWidget) -> list[QWidget]:
    """In the order of the keyboard; the tabs of the deck stand before its pages."""
    above = sum(TABBED.index(info.place) < TABBED.index(Place.DECK) for info, _ in panels)
    widgets = [widget for _, widget in panels]
    return [*widgets[:above], tabs, *widgets[above:]]
