"""Looks through the text that comes in on standard input, and writes what is to be suspected of it."""

from __future__ import annotations

import json
import sys

from engine.static_analysis.analysis import suspicions
from engine.static_analysis.exchange import written


def main() -> None:
    """Reads {"text": ..., "off": [...]}, writes one line."""
    asked = json.loads(sys.stdin.buffer.read().decode("utf-8", "surrogatepass"))
    sys.stdout.write(written(suspicions(asked["text"], asked["off"])))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
