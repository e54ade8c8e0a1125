"""The menu of a panel: shown alone, hidden, and what is hidden shown again. For mouse and keyboard alike."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu, QWidget

from gui import actions
from gui.panel import Commands, PanelInfo
from gui.theme.palette import text_font
from gui.theme.theme import Theme
from gui.view_state.panel_choices import PASSING, PanelChoices


def panel_menu(
    window: QWidget, theme: Theme, panels: Sequence[PanelInfo], panel: str, *, commands: Commands, choices: PanelChoices
) -> QMenu:
    """The menu of `panel`, "" for none, as the choices stand now; `panels` are those that can be seen at present."""
    menu = QMenu(window)
    menu.setFont(text_font(theme, theme.measures.base))
    menu.aboutToHide.connect(menu.deleteLater)
    titles = {info.id: info.title for info in panels if info.id not in PASSING}
    if panel in titles:
        words = _words("All panels again") if choices.alone else _words("Show {title} alone")
        _add(
            menu,
            f"{words.format(title=titles[panel])}\t{actions.key('alone')}",
            lambda: commands.show_alone(choices.alone or panel),
        )
        hide = _words("Hide {title}").format(title=titles[panel])
        _add(menu, hide, lambda: commands.hide_panel(panel, True))
    hidden = [name for name in titles if name in choices.now.hidden]
    if hidden:
        menu.addSeparator()
    for name in hidden:
        show = _words("Show {title}").format(title=titles[name])
        _add(menu, show, partial(commands.hide_panel, name, False))
    if hidden:
        _add(menu, f"{_words('Show all hidden panels')}\t{actions.key('all')}", lambda: commands.perform("all"))
    presents = _words("Back to the desk") if choices.presenting else _words("Present")
    menu.addSeparator()
    _add(menu, f"{presents}\t{actions.key('present')}", lambda: commands.present(not choices.presenting))
    return menu


def _add(menu: QMenu, words: str, do: Callable[[], None]) -> None:
    menu.addAction(words).triggered.connect(lambda _checked=False: do())


def _words(text: str) -> str:
    return QCoreApplication.translate("panels", text)
