"""Markdown in the colours and fonts of a theme, with links that can be followed: lessons and pages."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QDesktopServices,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import QSizePolicy, QTextBrowser

from gui.panel import Commands
from gui.theme.palette import font, shade
from gui.theme.theme import Theme
from gui.widgets import legend_symbols
from gui.widgets.scroll_area import QuietBar


def follow(commands: Commands, link: QUrl) -> None:
    """A link "demo:ID?settings" opens a scenario; an ordinary one opens the browser."""
    if link.scheme() == "demo":
        commands.open(link.path(), link.query())
    elif link.scheme() in ("http", "https"):
        QDesktopServices.openUrl(link)


def _may_be_wide(document: QTextDocument) -> bool:
    """Whether there is what Qt does not break where a line ends: lines of code, tables, pictures."""
    block = document.begin()
    while block.isValid():
        if block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeLanguage) or "\ufffc" in block.text():
            return True
        block = block.next()
    return any(isinstance(frame, QTextTable) for frame in document.rootFrame().childFrames())


class MarkdownView(QTextBrowser):
    """Shows a text; `larger` are pixels by which its words are larger than those of other panels."""

    def __init__(self, name: str, larger: int = 0) -> None:
        super().__init__()
        self._larger = larger
        self._theme: Theme | None = None
        self._text, self._folder = "", ""
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        # Bars always have their place: a text that wraps otherwise beside one would be laid out within its own layout.
        self.setVerticalScrollBar(QuietBar())
        self.setHorizontalScrollBar(QuietBar())
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setOpenLinks(False)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def tell(self, text: str, folder: str, *, again: bool) -> None:
        """Shows Markdown whose pictures are relative to a folder. `again`: it is the same lesson with new figures,

        which stays where it was scrolled to.
        """
        if (text, folder) == (self._text, self._folder) and self.toPlainText():
            return
        self._text, self._folder = text, folder
        at = self.verticalScrollBar().value() if again else 0
        self._fill()
        self.verticalScrollBar().setValue(at)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Signs are drawn, as the legend draws them; other pictures are files of the folder."""
        place = QUrl(name)
        if place.scheme() == legend_symbols.SCHEME and self._theme is not None:
            return legend_symbols.picture(self._theme, place.path(), self.devicePixelRatioF())
        return super().loadResource(kind, name)

    def keep_clear(self, side: int) -> None:
        """Keeps so many pixels free at both sides of the text."""
        self.setViewportMargins(side, 0, side, 0)

    def apply_theme(self, theme: Theme) -> None:
        """Takes on colours, fonts and measures."""
        self._theme = theme
        self.document().setDocumentMargin(0)
        self.document().setDefaultFont(font(theme, theme.measures.base + self._larger))
        self.document().setIndentWidth(theme.px(22 + 4 * self._larger))  # room for the number of a list
        shade(self, Base=theme.colours.panel, Text=theme.colours.text)
        at = self.verticalScrollBar().value()
        self._fill()
        self.verticalScrollBar().setValue(at)

    def _fill(self) -> None:
        if self._theme is None:
            return
        self.setSearchPaths([self._folder] if self._folder else [])
        self.setMarkdown(self._text)
        whole = QTextCursor(self.document())
        whole.beginEditBlock()  # else Qt lays a table out anew for each of its cells
        self._dress_blocks(self._theme)
        self._dress_tables(self._theme)
        whole.endEditBlock()
        policy, wide = Qt.ScrollBarPolicy, _may_be_wide(self.document())
        self.setHorizontalScrollBarPolicy(policy.ScrollBarAlwaysOn if wide else policy.ScrollBarAlwaysOff)
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _dress_blocks(self, theme: Theme) -> None:
        """Qt gives headings, code and links sizes and colours of its own; these are ours."""
        block = self.document().begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            fenced = block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeLanguage)  # or indented
            goes_on = fenced and block.next().blockFormat().hasProperty(QTextFormat.Property.BlockCodeLanguage)
            shape, heights = QTextBlockFormat(), QTextBlockFormat.LineHeightTypes
            shape.setTopMargin(theme.px((10 + self._larger) if level else 0))
            shape.setBottomMargin(0 if goes_on else theme.px(4 if level else 6))
            shape.setLineHeight(118.0, heights.ProportionalHeight.value)
            if fenced:
                shape.setLineHeight(0.0, heights.SingleHeight.value)
                shape.setBackground(QColor(theme.colours.sunken))
            QTextCursor(block).mergeBlockFormat(shape)
            self._dress_pieces(block, level, fenced, theme)
            block = block.next()

    def _dress_pieces(self, block: QTextBlock, level: int, fenced: bool, theme: Theme) -> None:
        pieces, walk = [], block.begin()
        while not walk.atEnd():
            piece = walk.fragment()
            pieces.append((piece.position(), piece.length(), piece.charFormat()))
            walk += 1
        for at, size, form in pieces:
            cursor = QTextCursor(self.document())
            cursor.setPosition(at)
            cursor.setPosition(at + size, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(self._format(form, level, fenced, theme))

    def _format(self, form: QTextCharFormat, level: int, fenced: bool, theme: Theme) -> QTextCharFormat:
        code = fenced or form.fontFixedPitch()
        weight = 600 if level or form.fontWeight() > QFont.Weight.Medium else 400
        heading = (1 if 0 < level < 3 else 0) + self._larger * {1: 3, 2: 1}.get(level, 0)
        size = theme.measures.base + self._larger + heading - (1 if code else 0)
        wanted = font(theme, size, weight, mono=code)
        wanted.setItalic(form.fontItalic())
        dressed = QTextCharFormat(form)
        dressed.clearProperty(QTextFormat.Property.FontSizeAdjustment)  # a heading's: it would outdo the font's size
        dressed.setFont(wanted, QTextCharFormat.FontPropertiesInheritanceBehavior.FontPropertiesAll)
        if form.isImageFormat():
            dressed.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        dressed.setForeground(QColor(theme.colours.number if code and not fenced else theme.colours.text))
        if form.isAnchor():
            dressed.setForeground(QColor(theme.colours.accent))
            dressed.setFontUnderline(True)
        return dressed

    def _dress_tables(self, theme: Theme) -> None:
        """A thin line below each row, air in the cells, and a ground below the words of the first row."""
        for frame in self.document().rootFrame().childFrames():
            if not isinstance(frame, QTextTable):
                continue
            shape = frame.format().toTableFormat()
            shape.setBorder(0)
            shape.setBorderCollapse(True)
            shape.setCellSpacing(0)
            shape.setCellPadding(theme.px(4 + self._larger))
            shape.setTopMargin(theme.px(4))
            shape.setBottomMargin(theme.px(8))
            shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            frame.setFormat(shape)
            for row in range(frame.rows()):
                for column in range(frame.columns()):
                    cell = frame.cellAt(row, column)
                    look = cell.format().toTableCellFormat()
                    look.setBottomBorder(1)
                    look.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                    look.setBottomBorderBrush(QBrush(QColor(theme.colours.line)))
                    if not row:
                        look.setBackground(QColor(theme.colours.sunken))
                    cell.setFormat(look)
