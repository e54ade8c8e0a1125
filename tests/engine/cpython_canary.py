"""Which private names of CPython the stage misses: `python tests/engine/cpython_canary.py` with any interpreter.

Standard library only. Writes what is missing, one name a line.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.stage import cpython

print(*cpython.missing(), sep="\n", end="")
