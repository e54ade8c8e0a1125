"""Pure: which line on the screen is which line of the run, where the text was edited since the run began."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

SMALL = 10_000  # product of the lengths up to which all lines are compared with all: some 5 ms
PIECE = 128  # lines
NONE = -1


def matched(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """For each new line, from 0, the old one that it is; -1 where it is none of them. Order is kept."""
    found = [NONE] * len(new)
    _match(old, new, (0, len(old)), (0, len(new)), found)
    return found


def _match(
    old: Sequence[str], new: Sequence[str], olds: tuple[int, int], news: tuple[int, int], found: list[int]
) -> None:
    """What begins and what ends alike; between them, lines that are there once hold the rest in place."""
    (a, b), (i, j) = olds, news
    while a < b and i < j and old[a] == new[i]:
        found[i] = a
        a, i = a + 1, i + 1
    while a < b and i < j and old[b - 1] == new[j - 1]:
        b, j = b - 1, j - 1
        found[j] = b
    if a == b or i == j:
        return
    if (b - a) * (j - i) <= SMALL:
        for block in SequenceMatcher(None, old[a:b], new[i:j], autojunk=False).get_matching_blocks():
            for step in range(block.size):
                found[i + block.b + step] = a + block.a + step
        return
    before, start = a, i
    for at, number in [*_anchors(old, new, (a, b), (i, j)), (b, j)]:
        if (at, number) != (b, j) or start > i:  # without an anchor there is nothing smaller to look at
            _match(old, new, (before, at), (start, number), found)
        if number < j:
            found[number] = at
        before, start = at + 1, number + 1


def _anchors(
    old: Sequence[str], new: Sequence[str], olds: tuple[int, int], news: tuple[int, int]
) -> list[tuple[int, int]]:
    """Lines that are in both exactly once, as many of them as are in the same order in both."""
    once_old, once_new = Counter(old[slice(*olds)]), Counter(new[slice(*news)])
    where = {old[at]: at for at in range(*olds) if once_old[old[at]] == 1}
    pairs = [(where[new[at]], at) for at in range(*news) if new[at] in where and once_new[new[at]] == 1]
    tops: list[int] = []  # the least old line at which a chain of this length ends
    chains: list[tuple[tuple[int, int], int]] = []  # the pair, and the one before it in the chain
    ends: list[int] = []
    for pair in pairs:
        length = bisect_left(tops, pair[0])
        tops[length : length + 1] = [pair[0]]
        ends[length : length + 1] = [len(chains)]
        chains.append((pair, ends[length - 1] if length else NONE))
    found, at = [], ends[-1] if ends else NONE
    while at != NONE:
        pair, at = chains[at]
        found.append(pair)
    return found[::-1]


def _alike(old: Sequence[str], new: Sequence[str], most: int) -> int:
    """How many lines both begin with, of so many. Compared in pieces, for that is done in C."""
    at = 0
    while at + PIECE <= most and old[at : at + PIECE] == new[at : at + PIECE]:
        at += PIECE
    while at < most and old[at] == new[at]:
        at += 1
    return at


def _lines(text: str) -> list[str]:
    if "\r" not in text:
        return text.split("\n")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


class LineMap:
    """The lines of a run's text on the screen. Lines are numbered from 1; 0 is none.

    It is asked for one text after the other: only what differs from the one before is looked at.
    """

    def __init__(self) -> None:
        self._ran_text = self._text = ""
        self._ran: list[str] = []
        self._now: list[str] = []
        self._of: list[int] = []  # of each line on the screen, the one of the run, from 0
        self._to: dict[int, int] = {}  # what was asked for, and its answer
        self.edited = False  # the text is not that of the run

    def follow(self, ran: str, text: str) -> bool:
        """Takes the text of the run, "" where there is none, and that on the screen; whether it is another map now."""
        if text is self._text and ran is self._ran_text:
            return False
        if ran != self._ran_text:
            self._ran, self._now, self._of = _lines(ran), [], []
        elif text == self._text:
            return False
        before, self._to = self.edited, {}
        self._ran_text, self._text, self.edited = ran, text, bool(ran) and ran != text
        if self.edited:
            now = _lines(text)
            self._of = self._moved(now) if self._now else matched(self._ran, now)
            self._now = now
        else:
            self._now, self._of = self._ran, list(range(len(self._ran)))
        return before or self.edited

    def _moved(self, now: list[str]) -> list[int]:
        """The map of a text that differs in one part from the one before: what is around that part is known."""
        old, of = self._now, self._of
        least = min(len(old), len(now))
        first = _alike(old, now, least)
        last = _alike(old[::-1], now[::-1], least - first)
        above, below = of[:first], of[len(of) - last :] if last else []
        begin = next((one for one in reversed(above) if one != NONE), NONE) + 1
        end = next((one for one in below if one != NONE), len(self._ran))
        middle = matched(self._ran[begin:end], now[first : len(now) - last])
        return [*above, *(one + begin if one != NONE else NONE for one in middle), *below]

    def on_screen(self, line: int) -> int:
        """Where a line of the run stands now; 0 where it was changed or is gone."""
        if not self.edited or not line:
            return line
        if line not in self._to:  # few lines are asked for, of many
            self._to[line] = self._of.index(line - 1) + 1 if line - 1 in self._of else 0
        return self._to[line]

    def of_run(self, line: int) -> int:
        """Which line of the run a line on the screen is; 0 where it is none of them."""
        if not self.edited:
            return line
        return self._of[line - 1] + 1 if 0 < line <= len(self._of) else 0
