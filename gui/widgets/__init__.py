"""Parts that panels and plots are built from."""
