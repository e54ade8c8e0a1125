"""Where the pictures of a film go: a file that an ffmpeg process writes, or a folder of PNG files."""

import enum
import importlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Protocol

from PySide6.QtGui import QImage

from engine.environment import installation
from engine.hosting.host import widen
from engine.protocol.lazy_dataclass import lazy_dataclass

NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0) | getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
NICER = 5  # than the window: as the stage is
PATIENCE = 60.0  # seconds that ffmpeg may take for its last pictures
GIF_RATE = 25.0  # pictures a second: a GIF counts hundredths, and many viewers slow down what is faster
QUALITY = 20  # the quality of H.264: lower is better and larger, 18 cannot be told from the picture
NUMBERED = "{:06}.png"


class FilmFormat(enum.Enum):
    """What a film is written as; the value is the end of the file's name."""

    MP4 = "mp4"
    WEBM = "webm"
    GIF = "gif"
    PICTURES = ""


@lazy_dataclass(frozen=True)
class FilmShape:
    """What a film looks like."""

    size: tuple[int, int]  # pixels
    rate: float  # frames a second
    form: FilmFormat
    live: bool = False  # it is written while it is recorded and has to be quick, else it may be small


class SinkError(OSError):
    """What was written cannot be gone on with; the message says why, for the presenter."""


class Sink(Protocol):
    """Takes pictures of one size, one after the other."""

    path: Path

    @property
    def size(self) -> int:
        """Bytes written so far."""

    def write(self, picture: QImage, times: int) -> None:
        """Adds a picture, for so many frames. Raises SinkError."""

    def close(self) -> None:
        """Ends the file. Raises SinkError when not all of it could be written."""


# (encoder, its options) of each format: the first one that this ffmpeg has is taken
_LIVE = ["-preset", "ultrafast"]
_CODECS: dict[FilmFormat, list[tuple[str, list[str]]]] = {
    FilmFormat.MP4: [
        ("libx264", ["-crf", str(QUALITY)]),
        ("libopenh264", ["-b:v", "8M"]),
        ("h264_videotoolbox", ["-b:v", "8M"]),
        ("h264_mf", ["-b:v", "8M"]),
    ],
    FilmFormat.WEBM: [
        ("libvpx-vp9", ["-crf", "30", "-b:v", "0", "-row-mt", "1", "-deadline", "realtime", "-cpu-used", "8"]),
        ("libvpx", ["-crf", "10", "-b:v", "8M", "-deadline", "realtime", "-cpu-used", "8"]),
    ],
    FilmFormat.GIF: [("gif", [])],
}


def install_command() -> str:
    """What a user types to have films."""
    if installation.INSTALLED:
        return 'pip install "thread-theatre[record]"'
    if sys.platform == "win32":  # there single quotes do not quote, and nothing is called python3
        return f"py -m pip --python {subprocess.list2cmdline([sys.executable])} install imageio-ffmpeg"
    return f"python3 -m pip --python {shlex.quote(sys.executable)} install imageio-ffmpeg"


def executable() -> str:
    """The ffmpeg of this machine, else of the package imageio-ffmpeg; "" where there is none."""
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        return str(importlib.import_module("imageio_ffmpeg").get_ffmpeg_exe())
    except (ImportError, RuntimeError, OSError):
        return ""


def reserve(path: Path, end: str) -> Path:
    """Makes a file of this name and end, or a folder where that is "", that was not there: else "(2)" is added.

    Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1000):
        free = path if number == 1 else path.with_name(f"{path.name} ({number})")
        free = free.with_name(free.name + f".{end}" * bool(end))
        try:
            if end:
                free.open("xb").close()
            else:
                free.mkdir()
        except FileExistsError:
            continue
        return free
    raise FileExistsError(f"{path} is there a thousand times")


class Movie:
    """A film that an ffmpeg process writes. Raises SinkError when that cannot be started."""

    def __init__(self, program: str, path: Path, shape: FilmShape) -> None:
        """`path` is overwritten."""
        self.path = path
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed when ffmpeg has ended
        try:
            self._process = subprocess.Popen(
                _command(program, path, shape),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                creationflags=NO_WINDOW,
            )
        except (OSError, subprocess.SubprocessError) as problem:
            self._said.close()
            raise SinkError(f"ffmpeg cannot be started: {problem}") from problem
        widen(self._process.stdin)
        self._yield_to_the_program()

    def _yield_to_the_program(self) -> None:
        """The program that is shown is not to be slowed by its film; on Windows it is started so."""
        if os.name == "posix":
            try:
                own = os.getpriority(os.PRIO_PROCESS, 0)
                os.setpriority(os.PRIO_PROCESS, self._process.pid, min(19, own + NICER))
            except OSError:
                pass  # it has ended already: writing says so

    @property
    def size(self) -> int:
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def write(self, picture: QImage, times: int) -> None:
        assert self._process.stdin is not None
        try:
            for _ in range(times):
                self._process.stdin.write(picture.constBits())
        except (OSError, ValueError) as problem:
            raise SinkError(self._end()) from problem

    def close(self) -> None:
        problem = self._end()
        if problem:
            raise SinkError(problem)

    def _end(self) -> str:
        """Waits for ffmpeg; returns "" or why not all is there."""
        assert self._process.stdin is not None
        if self._said.closed:
            return ""
        try:
            self._process.stdin.close()
        except OSError:
            pass  # it did not take the last picture: its status says so, too
        try:
            code = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._said.seek(0)
        lines = self._said.read().decode("utf-8", "replace").strip().splitlines()
        self._said.close()
        if not code:
            return ""
        how = f"was ended by signal {-code}" if code < 0 else f"ended with status {code}"
        return f"ffmpeg {how}{': ' + _reason(lines) if lines else ''}"


def _reason(lines: list[str]) -> str:
    """The line that says why, of what ffmpeg said: the system's words, else its last ones."""
    known = (line for line in lines if "No space left" in line or "File too large" in line)
    return next(known, lines[-1]).strip()


def _codec(program: str, shape: FilmShape) -> list[str]:
    asked = [program, "-hide_banner", "-encoders"]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False, timeout=30, creationflags=NO_WINDOW)
    known = {words[1] for line in listed.stdout.splitlines() if len(words := line.split()) > 1}
    for name, options in _CODECS[shape.form]:
        if name in known:
            quick = _LIVE if shape.live and name == "libx264" else []
            return ["-c:v", name, *quick, *options]
    lacking = ", ".join(name for name, _ in _CODECS[shape.form])
    raise SinkError(f"this ffmpeg cannot write {shape.form.value}: it has none of {lacking}")


def _command(program: str, path: Path, shape: FilmShape) -> list[str]:
    """A film that can be played however far it was written: fragments of a second, each written when it is whole."""
    (width, height), rate, codec = shape.size, shape.rate, _codec(program, shape)
    begin = [program, "-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "bgr0"]
    begin += ["-s", f"{width}x{height}", "-r", f"{rate:g}", "-i", "-", "-an"]
    if shape.form is FilmFormat.GIF:  # a palette for each picture: one for all would keep them all in memory
        colours = "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1:dither=none"
        return [*begin, "-vf", f"fps={min(rate, GIF_RATE):g},{colours}", *codec, "-f", "gif", str(path)]
    even = "pad=ceil(iw/2)*2:ceil(ih/2)*2"  # with half as many colours as points there is no odd number of them
    shades = "scale=in_range=full:out_range=tv:out_color_matrix=bt709"
    marks = ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    piecewise = ["-g", f"{max(1, round(rate))}", "-flush_packets", "1"]
    if shape.form is FilmFormat.MP4:
        piecewise += ["-movflags", "+frag_keyframe+empty_moov+default_base_moof"]
    return [
        *begin, "-vf", f"{even},{shades},format=yuv420p", *codec, *marks, *piecewise, "-f", shape.form.value, str(path),
    ]  # fmt: skip


class Pictures:
    """A folder of PNG files, 000001.png and on. A picture that stays is written once, and linked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._count = 0
        self._last = QImage()

    def write(self, picture: QImage, times: int) -> None:
        opaque = picture.convertToFormat(QImage.Format.Format_RGB32)
        for _ in range(times):
            before = self.path / NUMBERED.format(self._count)
            self._count += 1
            file = self.path / NUMBERED.format(self._count)
            if self._count > 1 and opaque == self._last:
                _repeat(before, file)
            elif not opaque.save(str(file)):
                why = _room_left(self.path)
                file.unlink(missing_ok=True)  # a part of a picture is none
                raise SinkError(f"{file} cannot be written{why}")
            else:
                self.size += file.stat().st_size
            self._last = opaque

    def close(self) -> None:
        """Every picture was whole when it was written."""


def _repeat(before: Path, file: Path) -> None:
    try:
        os.link(before, file)
    except OSError:  # a disk that knows no links
        try:
            shutil.copyfile(before, file)
        except OSError as problem:
            raise SinkError(f"{file} cannot be written: {problem.strerror}") from problem


def _room_left(folder: Path) -> str:
    try:
        return ": the disk is full" if shutil.disk_usage(folder).free < 1 << 20 else ""
    except OSError:
        return ""
