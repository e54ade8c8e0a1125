"""What pyqtgraph draws. Loading it takes as long as all the rest: nothing imports this before the first frame."""
