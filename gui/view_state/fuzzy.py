"""Pure: how well a few typed letters fit a text, as editors' palettes do it."""

_BEGIN, _ROW, _GAP = 8, 9, 0.1  # a letter at the beginning of a word; behind the one before; each letter passed by


def score(typed: str, text: str) -> float | None:
    """How well the words of `typed` fit, the more the better; None when one of them does not at all.

    The letters of a word have to come in order; at the beginnings of words and in a row they count more.
    """
    found = [_word(word, text.lower()) for word in typed.lower().split()]
    known = [one for one in found if one is not None]
    return sum(known) if len(known) == len(found) else None


def _word(word: str, text: str) -> float | None:
    begins = [at for at, letter in enumerate(text) if letter == word[0]]
    scores = [one for at in begins if (one := _from(word, text, at)) is not None]
    return max(scores, default=None)


def _from(word: str, text: str, at: int) -> float | None:
    """The score of the letters from `at` on: each in a row with the one before, else where a word begins, else next."""
    total, last = 0.0, at - 1
    for letter in word:
        here = last + 1 if text[last + 1 : last + 2] == letter else _next(letter, text, last + 1)
        if here < 0:
            return None
        begins = here == 0 or not text[here - 1].isalnum()
        total += _BEGIN * begins + _ROW * (here == last + 1 and here > at) + 1 - _GAP * (here - last - 1)
        last = here
    return total - 0.01 * len(text)


def _next(letter: str, text: str, start: int) -> int:
    """Where the letter comes next, at the beginning of a word if there is one; -1 when nowhere."""
    begins = (at for at in range(start, len(text)) if text[at] == letter and not text[at - 1 : at].isalnum())
    return next(begins, text.find(letter, start))
