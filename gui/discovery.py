"""Finds every panel and plot: each module of gui.panels, gui.plots and the rooms of plots that holds `PANEL`."""

import importlib
import pkgutil
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gui.panels
import gui.plots
from gui.panel import PanelInfo


@dataclass(frozen=True)
class DiscoveredPanels:
    """The panels in the order of their places, and the modules that could not be read: name and traceback."""

    panels: tuple[PanelInfo, ...]
    broken: tuple[tuple[str, str], ...]


def find() -> DiscoveredPanels:
    """Imports all of them. A module without `PANEL` is none of ours to show; one that fails harms no other."""
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
    return DiscoveredPanels(tuple(sorted(panels, key=lambda info: (info.place.value, info.order))), tuple(broken))


def names() -> Iterator[str]:
    """Modules that may hold a panel: those of both packages and of the rooms in them.

    What begins with an underscore, or lies deeper, helps a plot, and may import what is loaded after the first frame.
    """
    for package in (gui.panels, gui.plots):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if module.ispkg:
                room = str(Path(next(iter(package.__path__)), module.name.rpartition(".")[2]))
                inside = pkgutil.iter_modules([room], f"{module.name}.")
                yield from (one.name for one in inside if not one.ispkg and "._" not in one.name)
            else:
                yield module.name
