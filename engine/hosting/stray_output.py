"""What was printed past the program's own streams and is not read yet, cut where its lines end."""

import threading
import time

PATIENCE = 0.2  # seconds that the beginning of a line waits for its end before it is shown alone


class StrayOutput:
    """Text of a pipe in whole lines. Filled by a reading thread, emptied by the window's.

    A program that writes without a buffer sends a line and its end in two writes: read in between, they would be two.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self.text = ""
        self._begun_at = 0.0  # time.monotonic() when the line that is not ended yet began

    def put(self, text: str) -> None:
        """Adds text."""
        with self._lock:
            if not self.text or self.text.endswith("\n") or "\n" in text[:-1]:
                self._begun_at = time.monotonic()
            self.text += text

    def take(self, everything: bool = False) -> str:
        """The lines that are whole; one that is not comes too after `patience` seconds, or with `everything`."""
        with self._lock:
            if everything or time.monotonic() - self._begun_at > self._patience:
                end = len(self.text)
            else:
                end = self.text.rfind("\n") + 1
            taken, self.text = self.text[:end], self.text[end:]
            return taken
