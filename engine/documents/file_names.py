"""Names that files may have: which ones Windows refuses, or takes for something else in silence."""

from __future__ import annotations

import re

# Compiled when they are first needed, and kept by `re`: the first frame does not wait for it.
_LETTERS = r'[\x00-\x1f<>:"/\\|?*]'  # "a:b" is the stream "b" of the file "a"
_DEVICE = r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[1-9¹²³]) *(\..*)?"


def is_device(name: str) -> bool:
    """Whether Windows takes it for a device, whatever folder it is in and whatever its ending is."""
    return re.fullmatch(_DEVICE, name, re.IGNORECASE | re.DOTALL) is not None


def windows_refuses(name: str) -> bool:
    """Whether no file of Windows is called like this. Spaces and full stops at the end would be dropped."""
    return re.search(_LETTERS, name) is not None or name != name.rstrip(" .") or not name or is_device(name)
