"""What plots share: scale, axes, fonts and pictures."""
