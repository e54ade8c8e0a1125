"""Pure: an axis that goes along with the run in pages, for whom a picture that slides makes ill."""

import math
from dataclasses import replace

from engine.frame import View

PAGE = 0.5  # of what is shown: half of it is still there when the page is turned, so that nobody loses the place


def in_pages(view: View) -> View:
    """The same stretch, begun at the next whole page: never an earlier one, so that the last moment stays in sight."""
    if not view.follow or view.start <= 0.0:
        return view
    width = view.end - view.start
    page = width * PAGE
    start = math.ceil(round(view.start / page, 6)) * page  # what lies on the edge of a page is not beyond it
    return replace(view, start=start, end=start + width)
