"""Finds every panel and plot: each module of gui.panels, gui.plots and the rooms of plots that holds `PANEL`."""

import importlib
import traceback
from collections.abc import Iterator
from pathlib import Path

import gui.panels
import gui.plots
from gui.panel import PanelInfo


def find() -> tuple[list[PanelInfo], list[tuple[str, str]]]:
    """Imports all of them: the panels in the order of their places; name and traceback of what could not be read.

    A module without `PANEL` is none of ours to show; one that fails harms no other.
    """
    panels: list[PanelInfo] = []
    broken: list[tuple[str, str]] = []
    for name in names():
        try:
            info = getattr(importlib.import_module(name), "PANEL", None)
        except Exception:
            broken.append((name, traceback.format_exc()))
            continue
        if isinstance(info, PanelInfo):
            panels.append(info)
    return sorted(panels, key=lambda info: (info.place.value, info.order)), broken


def names() -> Iterator[str]:
    """Modules that may hold a panel: those of both packages and of the rooms in them.

    What begins with an underscore, or lies deeper, helps a plot, and may import what is loaded after the first frame.
    """
    for package, folder in ((one, Path(folder)) for one in (gui.panels, gui.plots) for folder in one.__path__):
        for file in sorted([*folder.glob("[!_]*.py"), *folder.glob("*/[!_]*.py")]):
            yield ".".join([package.__name__, *file.relative_to(folder).with_suffix("").parts])
