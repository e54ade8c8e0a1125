"""Lanes for a frame: what is known of each thread, made anew only where something changed."""

from engine.book import Book, line_of
from engine.frame import Lane
from engine.spans import SpanBuilder


class LaneMaker:
    """Keeps the lanes of the last frame and replaces those that changed."""

    def __init__(self) -> None:
        self._lanes: dict[int, Lane] = {}
        self._shown: tuple[Lane, ...] = ()
        self._deaths: dict[int, tuple[int, int]] = {}  # thread -> text, place

    def note_death(self, thread: int, text: int, place: int) -> None:
        """A record says that a thread died; `text` is the id of what it died of."""
        self._deaths.setdefault(thread, (text, place))

    def update(self, spans: SpanBuilder, book: Book) -> tuple[Lane, ...]:
        """All lanes by id: the same objects where nothing changed."""
        touched = spans.changed | book.touched
        if not touched:
            return self._shown
        known = len(self._lanes)
        changed = False
        for number in touched:
            if spans.has(number):
                changed |= self._renew(number, spans, book)
        spans.changed.clear()
        book.touched.clear()
        if len(self._lanes) != known:
            self._lanes = dict(sorted(self._lanes.items()))
        if changed:
            self._shown = tuple(self._lanes.values())
        return self._shown

    def _renew(self, number: int, spans: SpanBuilder, book: Book) -> bool:
        """Makes one lane anew. Returns whether it differs from the last one."""
        old = self._lanes.get(number)
        same = old is not None and len(old.spans) == spans.count(number)
        parts = old.spans if old is not None and same else spans.spans(number)
        error, line = self._error(number, book)
        life = spans.life(number)
        new = (
            book.thread_name(number),
            book.is_daemon(number),
            _seconds(life.began),
            _seconds(life.ended),
            error,
            line,
            life.joined,
            int(spans.places[number]),
        )
        if old is not None and parts is old.spans and new == _fields(old):
            return False
        name, daemon, began, ended, error, line, joined, place = new
        self._lanes[number] = Lane(number, name, daemon, parts, began, ended, error, line, joined, place)
        return True

    def _error(self, number: int, book: Book) -> tuple[str | None, int | None]:
        """What the thread died of, and in which line of the program."""
        if number not in self._deaths:
            return None, None
        text, place = self._deaths[number]
        death = book.deaths.get(number)
        said = book.texts.get(text)
        words = death.title if death is not None else said[0] if said is not None else "an exception"
        return words, line_of(death.place if death is not None else place) or None


def _fields(lane: Lane) -> tuple[object, ...]:
    return (lane.name, lane.daemon, lane.began, lane.ended, lane.error, lane.error_line, lane.joined, lane.place)


def _seconds(time: int | None) -> float | None:
    return None if time is None else time / 1e9
