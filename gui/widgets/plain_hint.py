"""What is said under the mouse, letter by letter: a name such as "<b>" is no mark-up."""

import html


def plain_hint(text: str) -> str:
    """The text, written such that Qt shows it as it is: where it finds a "<", it may look for mark-up."""
    return f'<p style="white-space:pre-wrap">{html.escape(text)}</p>' if "<" in text else text
