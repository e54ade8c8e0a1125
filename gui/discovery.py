"""Finds every panel and plot: each module of gui.panels and gui.plots that holds the constant `PANEL`."""

import importlib
import pkgutil
import traceback
from dataclasses import dataclass

import gui.panels
import gui.plots
from gui.panel import PanelInfo


@dataclass(frozen=True)
class Found:
    """The panels in the order of their places, and the modules that could not be read: name and traceback."""

    panels: tuple[PanelInfo, ...]
    broken: tuple[tuple[str, str], ...]


def find() -> Found:
    """Imports all of them. A module without `PANEL` is none of ours to show; one that fails harms no other."""
    panels: list[PanelInfo] = []
    broken: list[tuple[str, str]] = []
    for package in (gui.panels, gui.plots):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            try:
                info = getattr(importlib.import_module(module.name), "PANEL", None)
            except Exception:
                broken.append((module.name, traceback.format_exc()))
                continue
            if isinstance(info, PanelInfo):
                panels.append(info)
    return Found(tuple(sorted(panels, key=lambda info: (info.place.value, info.order))), tuple(broken))
