"""Panels around the plots: one file each, found by the constant `PANEL`."""
