"""Programs of one's own in the window: opened, typed, saved, looked after."""
