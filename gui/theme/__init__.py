"""Colours, fonts and measures."""
