"""Fonts, the palette and the one style sheet, all made from a Theme."""

from functools import lru_cache

from PySide6.QtGui import QColor, QFont, QFontMetrics, QPalette
from PySide6.QtWidgets import QWidget

from engine.protocol.lazy_dataclass import values_of
from gui.theme.theme import Colours, Theme


def font(theme: Theme, size: float, weight: int = 400, mono: bool = False) -> QFont:
    """A font of `size` pixels at text scale 1. Words have digits of equal width, so that numbers do not jump;

    code and names (`mono`) have no ligatures: what is shown is what is typed.
    """
    return QFont(_font(theme.code_font if mono else theme.ui_font, theme.px(size), weight, mono=mono))


@lru_cache(maxsize=256)
def _font(family: str, pixels: int, weight: int, *, mono: bool) -> QFont:
    """Nobody changes it; a copy is made for whoever asks."""
    made = QFont(family)
    if mono:
        made.setStyleHint(QFont.StyleHint.Monospace)
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight(weight))
    for feature, value in (("liga", 0), ("calt", 0)) if mono else (("tnum", 1),):
        made.setFeature(QFont.Tag(feature), value)
    return made


def text_width(theme: Theme, size: float, weight: int, text: str) -> int:
    """How wide a text is, pixels. Remembered, because a layout asks for the same sizes many times."""
    return _width(theme.ui_font, theme.px(size), weight, text)


@lru_cache(maxsize=1024)
def _width(family: str, pixels: int, weight: int, text: str) -> int:
    return QFontMetrics(_font(family, pixels, weight, mono=False)).horizontalAdvance(text)


def text_font(theme: Theme, size: float, weight: int = 400) -> QFont:
    """The font of words."""
    return font(theme, size, weight)


def palette(colours: Colours) -> QPalette:
    """For everything that Qt paints by itself. Fusion follows it on every platform."""
    made = QPalette()
    role = QPalette.ColorRole
    shades = (
        (colours.window, (role.Window,)),
        (colours.panel, (role.Base,)),
        (colours.raised, (role.Button, role.ToolTipBase)),
        (colours.sunken, (role.AlternateBase,)),
        (colours.line, (role.Midlight, role.Mid, role.Shadow)),
        (colours.line2, (role.Light, role.Dark)),
        (colours.text, (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.ToolTipText)),
        (colours.faint, (role.PlaceholderText,)),
        (colours.accent, (role.Link, role.LinkVisited)),
        (colours.accent_soft, (role.Highlight,)),
        (colours.lost_text, (role.BrightText,)),
    )
    for colour, roles in shades:
        for which in roles:
            made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.faint))
    return made


def shade(widget: QWidget, **colours: str) -> None:
    """Gives a widget these colours, by the names of their roles, whatever the palette of the window says."""
    made = widget.palette()
    for role, colour in colours.items():
        made.setColor(QPalette.ColorRole[role], QColor(colour))
    widget.setPalette(made)


SHEET = """
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {line2}; padding: {p4}px; }}
QPlainTextEdit, QTextBrowser {{ background: {panel}; color: {text};
  selection-background-color: {accent}; selection-color: {accent_ink}; }}
QSplitter::handle {{ background: transparent; }}
QSplitter::handle:hover {{ background: {line2}; }}
QScrollBar:vertical {{ background: transparent; width: {p10}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {p10}px; margin: 0; }}
QScrollBar::handle {{ background: {line2}; border-radius: {p3}px; margin: {p2}px; }}
QScrollBar::handle:vertical {{ min-height: {p28}px; }}
QScrollBar::handle:horizontal {{ min-width: {p28}px; }}
QScrollBar::handle:hover {{ background: {faint}; }}
QAbstractScrollArea::corner {{ background: transparent; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QLineEdit {{ background: {sunken}; color: {text}; border: 1px solid {line2}; border-radius: {p6}px;
  padding: 0 {p8}px; selection-background-color: {accent}; selection-color: {accent_ink}; }}
QLineEdit:focus {{ border: 2px solid {accent}; }}
QLineEdit[refused="true"] {{ border: 2px solid {lost_text}; }}
QMenu {{ background: {panel}; color: {text}; border: 1px solid {line2}; border-radius: {p8}px; padding: {p4}px; }}
QMenu::item {{ padding: {p6}px {p16}px; border-radius: {p6}px; }}
QMenu::item:selected {{ background: {accent_soft}; }}
QMenu::item:disabled {{ color: {faint}; }}
QMenu::item:checked {{ font-weight: 600; }}
QMenu::separator {{ height: 1px; background: {line}; margin: {p4}px; }}
"""


def sheet(theme: Theme) -> str:
    """The window's only style sheet: what the palette cannot say. Made once per theme, never per frame."""
    names = {name: value for name, value in values_of(theme.colours).items() if isinstance(value, str)}
    sizes = {f"p{size}": theme.px(size) for size in (2, 3, 4, 6, 8, 10, 16, 28)}
    return SHEET.format(**names, **sizes)


def apply(widget: QWidget, theme: Theme) -> None:
    """Dresses a whole window (or a panel that stands alone). Palettes of what is inside have to be set after it:

    a new style sheet gives every widget back the palette that it had before the old one.
    """
    widget.setStyleSheet(sheet(theme))
    widget.setPalette(palette(theme.colours))
    widget.setFont(font(theme, theme.measures.base))
