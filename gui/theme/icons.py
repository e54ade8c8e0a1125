"""The icons of resources/icons, drawn in any colour: every file says `currentColor`."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from engine.environment.installation import RESOURCES

FOLDER = RESOURCES / "icons"
BY_TYPE = {
    "Lock": "lock",
    "RLock": "lock",
    "Event": "event",
    "Semaphore": "semaphore",
    "BoundedSemaphore": "semaphore",
    "Condition": "condition",
    "Barrier": "barrier",
    "file": "file",
}


def of_type(kind: str, on: bool = True) -> str:
    """The icon's name for a thing of the program: "Lock" has a padlock, open when it is switched off."""
    name = BY_TYPE.get(kind, "queue" if "Queue" in kind else "gauge")
    return "unlock" if name == "lock" and not on else name


@lru_cache(maxsize=512)
def pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    """The icon, `size` logical pixels square. An icon that is not there is an empty picture: words stand beside it."""
    canvas = QPixmap(round(size * ratio), round(size * ratio))
    canvas.setDevicePixelRatio(ratio)
    canvas.fill(Qt.GlobalColor.transparent)
    file = FOLDER / f"{name}.svg"
    if not file.is_file():
        return canvas
    text = file.read_text(encoding="utf-8").replace("currentColor", colour)
    renderer = QSvgRenderer(QByteArray(text.encode()))
    painter = QPainter(canvas)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return canvas


def icon(name: str, colour: str, size: int, ratio: float = 1.0) -> QIcon:
    """The same as a QIcon, for menus and the window's title bar."""
    return QIcon(pixmap(name, colour, size, ratio))
