"""What is looked for in a text, and what was found."""

from collections.abc import Sequence

from engine.protocol.lazy_dataclass import lazy_dataclass


@lazy_dataclass(frozen=True)
class Query:
    """What is looked for, and how."""

    text: str = ""
    case: bool = False
    words: bool = False
    regular: bool = False


@lazy_dataclass(frozen=True)
class Found:
    """The places, from the beginning; `more`: there are others behind them; `wrong`: what is wrong with the query."""

    places: Sequence[tuple[int, int]] = ()  # begin and end
    more: bool = False
    wrong: str = ""
