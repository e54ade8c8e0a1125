"""Names that a program gave, such that each stands in one line and turns no other words round."""

LONGEST = 120  # letters
_JOINERS = "\u200c\u200d"  # inside of words of some languages, and of signs that are one


def shown_name(name: str) -> str:
    r"""A name with what cannot be seen written as Python writes it, such as "\n"; one that is very long is cut."""
    if not name.isprintable():
        name = "".join(one if one.isprintable() or one in _JOINERS else repr(one)[1:-1] for one in name)
    return shortened(name, LONGEST)


def shortened(name: str, letters: int) -> str:
    """A name of at most so many letters: of a longer one its begin and its end, for there its number stands."""
    half = letters // 2
    return name if len(name) <= letters else f"{name[: half - 1]}\u2026{name[-half:]}"
