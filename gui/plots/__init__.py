"""Plots over time: one file each, found by the constant `PANEL`."""
