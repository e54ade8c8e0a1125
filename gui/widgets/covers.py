"""What is said over a panel that could not be drawn."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLabel, QWidget


class Covers:
    """At most one label over each panel."""

    def __init__(self) -> None:
        self._labels: dict[QWidget, QLabel] = {}

    def tell(self, widget: QWidget, text: str) -> None:
        """Says why a panel could not be drawn; an empty text takes that away."""
        old = self._labels.pop(widget, None)
        if old is not None:
            old.deleteLater()
        if text:
            words = QCoreApplication.translate("Window", "could not draw: {reason}").format(reason=text)
            label = QLabel(words, widget)
            label.setWordWrap(True)
            label.setMargin(16)
            label.setAutoFillBackground(True)
            label.setGeometry(widget.rect())
            label.show()
            self._labels[widget] = label
