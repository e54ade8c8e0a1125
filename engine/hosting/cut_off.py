"""What a stage says on standard error when the program has closed the pipe that it reports through."""

from __future__ import annotations

from engine.protocol.records import CUT_OFF


class CutOffWatch:
    """Takes that word out of what comes down a pipe, in whatever pieces it comes."""

    def __init__(self) -> None:
        self.seen = False
        self._held = b""  # the beginning of the word, perhaps

    def without(self, data: bytes) -> bytes:
        """What is meant for people."""
        data = self._held + data
        if CUT_OFF in data:
            self.seen = True
            data = data.replace(CUT_OFF, b"")
        begun = next((at for at in range(len(CUT_OFF) - 1, 0, -1) if data.endswith(CUT_OFF[:at])), 0)
        self._held = data[len(data) - begun :]
        return data[: len(data) - begun]
