"""Fonts, the palette and the one style sheet, all made from a Theme."""

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QWidget

from gui.theme.theme import Colours, Theme


def text_font(theme: Theme, size: float, weight: int = 400) -> QFont:
    """The font of words, `size` pixels at text scale 1; digits are equally wide, so that numbers do not jump."""
    font = QFont(theme.ui_font)
    font.setPixelSize(theme.px(size))
    font.setWeight(QFont.Weight(weight))
    if hasattr(QFont, "Tag"):
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def mono_font(theme: Theme, size: float, weight: int = 400) -> QFont:
    """The font of code and names, without ligatures: what is shown is what is typed."""
    font = QFont(theme.code_font)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(theme.px(size))
    font.setWeight(QFont.Weight(weight))
    if hasattr(QFont, "Tag"):
        font.setFeature(QFont.Tag("liga"), 0)
        font.setFeature(QFont.Tag("calt"), 0)
    return font


def font(theme: Theme, size: int, weight: int = 400, mono: bool = False) -> QFont:
    """A font of `size` pixels at text scale 1, for words or for code."""
    return mono_font(theme, size, weight) if mono else text_font(theme, size, weight)


def palette(colours: Colours) -> QPalette:
    """For everything that Qt paints by itself. Fusion follows it on every platform."""
    made = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: colours.window,
        role.WindowText: colours.text,
        role.Base: colours.panel,
        role.AlternateBase: colours.sunken,
        role.Text: colours.text,
        role.PlaceholderText: colours.faint,
        role.Button: colours.raised,
        role.ButtonText: colours.text,
        role.BrightText: colours.lost_text,
        role.Highlight: colours.accent_soft,
        role.HighlightedText: colours.text,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.ToolTipBase: colours.raised,
        role.ToolTipText: colours.text,
        role.Light: colours.line2,
        role.Midlight: colours.line,
        role.Mid: colours.line,
        role.Dark: colours.line2,
        role.Shadow: colours.line,
    }
    for which, colour in pairs.items():
        made.setColor(which, QColor(colour))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, which, QColor(colours.faint))
    return made


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
    names = {name: value for name, value in vars(theme.colours).items() if isinstance(value, str)}
    sizes = {f"p{size}": theme.px(size) for size in (2, 3, 4, 6, 8, 10, 16, 28)}
    return SHEET.format(**names, **sizes)


def apply(widget: QWidget, theme: Theme) -> None:
    """Dresses a whole window (or a panel that stands alone). Palettes of what is inside have to be set after it:

    a new style sheet gives every widget back the palette that it had before the old one.
    """
    widget.setStyleSheet(sheet(theme))
    widget.setPalette(palette(theme.colours))
    widget.setFont(font(theme, theme.measures.base))
