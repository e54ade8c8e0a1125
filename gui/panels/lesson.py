"""The lesson of the open scenario: Markdown whose links change the settings."""

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QSizePolicy, QTextBrowser

from engine.frame import Frame
from gui.card import Card
from gui.palette import font
from gui.panel import Commands, Course, PanelInfo, Place
from gui.theme import Theme


class Lesson(Card):
    """Prose, and what to try."""

    def __init__(self, commands: Commands) -> None:
        super().__init__(self.tr("Lesson"))
        self._commands = commands
        self._theme: Theme | None = None
        self._text, self._folder = "", ""
        self.browser = QTextBrowser()
        self.browser.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.browser.setOpenLinks(False)
        self.browser.setAccessibleName(self.tr("Lesson"))
        self.browser.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.browser.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.browser.anchorClicked.connect(self.follow)
        self.body.addWidget(self.browser)

    def sizeHint(self) -> QSize:
        """Prose takes the height that is left and asks for none: the column scrolls only when it must."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def follow(self, link: QUrl) -> None:
        """A link "demo:ID?settings" opens a scenario; an ordinary one opens the browser."""
        if link.scheme() == "demo":
            self._commands.open(link.path(), link.query())
        elif link.scheme() in ("http", "https"):
            QDesktopServices.openUrl(link)

    def opened(self, course: Course) -> None:
        if (course.lesson, course.lesson_folder) != (self._text, self._folder) or not self.browser.toPlainText():
            self._text, self._folder = course.lesson, course.lesson_folder
            self._fill()

    def _fill(self) -> None:
        if self._theme is None:
            return
        self.browser.setSearchPaths([self._folder] if self._folder else [])
        self.browser.setMarkdown(self._text or self.tr("Choose a lesson from the list at the left."))
        self._dress_blocks(self._theme)
        self.browser.moveCursor(QTextCursor.MoveOperation.Start)

    def _dress_blocks(self, theme: Theme) -> None:
        """Qt gives headings, code and links sizes and colours of its own; these are ours."""
        block = self.browser.document().begin()
        while block.isValid():
            cursor = QTextCursor(block)
            level = block.blockFormat().headingLevel()
            fenced = block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeFence)
            shape = QTextBlockFormat()
            shape.setTopMargin(theme.px(10 if level else 0))
            shape.setBottomMargin(theme.px(0 if fenced else 4 if level else 6))
            heights = QTextBlockFormat.LineHeightTypes
            if fenced:
                shape.setLineHeight(0.0, heights.SingleHeight.value)
            else:
                shape.setLineHeight(118.0, heights.ProportionalHeight.value)
            if fenced:
                shape.setBackground(QColor(theme.colours.sunken))
            cursor.mergeBlockFormat(shape)
            self._dress_pieces(block, level, fenced, theme)
            block = block.next()

    def _dress_pieces(self, block: QTextBlock, level: int, fenced: bool, theme: Theme) -> None:
        pieces = []
        walk = block.begin()
        while not walk.atEnd():
            piece = walk.fragment()
            pieces.append((piece.position(), piece.length(), piece.charFormat()))
            walk += 1
        for at, size, form in pieces:
            cursor = QTextCursor(self.browser.document())
            cursor.setPosition(at)
            cursor.setPosition(at + size, QTextCursor.MoveMode.KeepAnchor)
            cursor.mergeCharFormat(self._format(form, level, fenced, theme))

    def _format(self, form: QTextCharFormat, level: int, fenced: bool, theme: Theme) -> QTextCharFormat:
        code = fenced or form.fontFixedPitch()
        weight = 600 if level or form.fontWeight() > QFont.Weight.Medium else 400
        size = theme.measures.base + (1 if 0 < level < 3 else 0) - (1 if code else 0)
        wanted = font(theme, size, weight, mono=code)
        wanted.setItalic(form.fontItalic())
        dressed = QTextCharFormat()
        dressed.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)  # which a heading brings along
        dressed.setFont(wanted, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesAll)
        if form.isAnchor():
            dressed.setForeground(QColor(theme.colours.accent))
            dressed.setFontUnderline(True)
        else:
            dressed.setForeground(QColor(theme.colours.number if code and not fenced else theme.colours.text))
        return dressed

    def draw(self, frame: Frame) -> None:
        """A lesson does not depend on the run."""

    def dress(self, theme: Theme) -> None:
        super().dress(theme)
        self._theme = theme
        self.browser.setMinimumHeight(theme.px(56 if theme.compact else 150))
        self.browser.document().setDocumentMargin(0)
        self.browser.document().setDefaultFont(font(theme, theme.measures.base))
        self.browser.document().setIndentWidth(theme.px(16))
        side = theme.px(theme.measures.padding) - 1
        self.body.setContentsMargins(side, 0, theme.px(6), theme.px(8))
        shades = self.browser.palette()
        shades.setColor(shades.ColorRole.Base, QColor(theme.colours.panel))
        shades.setColor(shades.ColorRole.Text, QColor(theme.colours.text))
        self.browser.setPalette(shades)
        self._fill()


PANEL = PanelInfo("lesson", "Lesson", Place.RIGHT, 40, make=Lesson, stretch=1)
