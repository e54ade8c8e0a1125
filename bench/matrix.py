"""Every scenario at every size of the window, of its text and of the screen's pixels: what is cut or written over.

A scenario is run once; its last frame is drawn at each size, and so is its first one, before it is run. So are programs
of one's own (`bench/_own_programs.py`), in more states. Prints how much is wrong at each, then what and where.
`--sheet FOLDER` writes a picture of all of them for each size. `--own` alone looks at one's own programs only.
"""

import argparse
import copyreg
import json
import os
import pickle
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import MappingProxyType

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from bench import _own_programs
from bench._text_faults import Fault, Kind, faults
from engine.frame import Frame
from engine.scenarios import catalogue
from gui import app
from gui.theme.appearance import Appearance
from gui.view_state.window_settings import WindowLayout

SIZES = ((1280, 720), (1366, 768), (1920, 1080), (3840, 2160))  # pixels of the screen
TEXTS = (1.0, 1.25, 1.5, 2.0)
SCALES = (1.0, 1.5, 2.0)  # pixels of the screen for one of the window
QUICK = ("bank", "counter", "deadlock", "pipeline", "thread_pool", "cpu_or_io", "own-names", "own-modules")
SPEED = 20.0
SETTLED = 2000  # milliseconds at most; it goes on as soon as nothing is to be laid out any more
THUMB, COLUMNS, GAP = 640, 5, 6  # pixels of a picture on a sheet, pictures side by side, pixels between them


def _proxy(mapping: dict[object, object]) -> MappingProxyType[object, object]:
    return MappingProxyType(mapping)


def _fixed(
    mapping: MappingProxyType[object, object],
) -> tuple[Callable[..., MappingProxyType[object, object]], tuple[object]]:
    """How a mapping that cannot be changed is pickled: frames hold some, and Python knows no way."""
    return _proxy, (dict(mapping),)


def settle(theatre: app.Theatre, frame: Frame | None) -> None:
    """Draws a frame until layouts stand, which takes two passes; None: what the session is at."""
    for _ in range(3):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, SETTLED)
        theatre.driver.draw(frame or theatre.session.pump())
    QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, SETTLED)
    while not _own_programs.marks_are_known(theatre):
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)


States = list[tuple[str, Frame]]  # what is drawn one after the other, each with its name


def record(name: str, folder: Path) -> States:
    """The last frame of a run; of a page, which has none, what it shows; of one's own program more."""
    theatre = app.assemble(catalogue.load())
    try:
        theatre.window.resize(1280, 720)
        theatre.window.show()
        if name in _own_programs.PROGRAMS:
            return list(_own_programs.recorded(theatre, name, folder))
        theatre.controller.open(name)
        if not theatre.session.pump().program.page:
            theatre.controller.speed(SPEED)
            theatre.controller.run()
            app._play(theatre, [], None)
        settle(theatre, None)
        return [("ran", theatre.driver.frame)]
    finally:
        theatre.close()
        theatre.window.close()


def _record_all(names: Sequence[str], folder: Path) -> None:
    app.application()
    copyreg.pickle(MappingProxyType, _fixed)
    for name in names:
        (folder / f"{name}.frame").write_bytes(pickle.dumps(record(name, folder)))
        print(f"  {name} was run", file=sys.stderr, flush=True)


class Sheet:
    """Small pictures of one size, beside and below one another."""

    def __init__(self, shape: float) -> None:
        self._high, self._pictures = round(THUMB * shape), list[QImage]()

    def add(self, picture: QImage) -> None:
        """The next one."""
        picture.setDevicePixelRatio(1.0)
        kind = Qt.TransformationMode.SmoothTransformation
        shape = Qt.AspectRatioMode.IgnoreAspectRatio
        self._pictures.append(picture.scaled(THUMB, self._high, shape, kind))

    def save(self, path: Path) -> None:
        """All of them."""
        columns = min(COLUMNS, len(self._pictures))
        rows = -(-len(self._pictures) // columns)
        image = QImage(columns * (THUMB + GAP), rows * (self._high + GAP), QImage.Format.Format_RGB32)
        image.fill(QColor("#777777"))
        painter = QPainter(image)
        for at, picture in enumerate(self._pictures):
            painter.drawImage(at % columns * (THUMB + GAP), at // columns * (self._high + GAP), picture)
        painter.end()
        image.save(str(path))


def _states(theatre: app.Theatre, name: str, frames: Path) -> Iterator[tuple[str, Frame | None]]:
    """Opens it, and brings the window into each state in which it is looked at: how it is called, what is drawn."""
    own = name in _own_programs.PROGRAMS
    if own:
        _own_programs.open_in(theatre, name, frames)
    else:
        theatre.controller.open(name)
    yield "idle", None
    recorded: States = pickle.loads((frames / f"{name}.frame").read_bytes())
    yield from [(when, frame) for when, frame in recorded if not frame.program.page]
    if own:
        for action in _own_programs.performed(theatre, name):
            yield action, recorded[-1][1]


def look(
    theatre: app.Theatre, names: Sequence[str], frames: Path, cell: tuple[int, int, float, float], sheet: Path | None
) -> Iterator[tuple[str, str, Fault]]:
    """What is wrong with each scenario at one size: which, "idle" or "ran", what."""
    wide, high, text, scale = cell
    asked = round(wide / scale), round(high / scale)
    theatre.appearance.enlarge(text)
    theatre.window.resize(*asked)
    pictures = Sheet(high / wide)
    for name in names:
        for when, frame in _states(theatre, name, frames):
            settle(theatre, frame)
            got = theatre.window.width(), theatre.window.height()
            if got != asked:
                yield name, when, Fault(Kind.WINDOW, "window", f"{got[0]}x{got[1]} in place of {asked[0]}x{asked[1]}")
            page = theatre.driver.frame.program.page
            for fault in faults(theatre.window, page=page):
                yield name, when, fault
            if sheet is not None and (when != "idle" or page):
                pictures.add(theatre.window.grab().toImage())
    if sheet is not None:
        pictures.save(sheet / f"{wide}x{high} text {text:g} scale {scale:g} {theatre.appearance.theme.name}.png")


def _look_all(options: argparse.Namespace, names: Sequence[str]) -> None:
    """All cells of one scale; this process has the scale that its parent gave it. Prints a line for each fault."""
    app.application()
    frames, sheet = Path(options.frames), Path(options.sheet) if options.sheet else None
    theatre = app.assemble(catalogue.load(), WindowLayout(theme=options.theme))
    theatre.window.present = lambda _on: None  # type: ignore[method-assign]  # its size is this measurement's
    theatre.window.show()
    for wide, high in options.sizes:
        for text in options.texts:
            cell = wide, high, text, options.scales[0]
            for name, when, fault in look(theatre, names, frames, cell, sheet):
                print(json.dumps([*cell, name, when, fault.kind.value, fault.panel, fault.text]), flush=True)
            print(f"  {wide}x{high} text {text:g} scale {options.scales[0]:g}", file=sys.stderr, flush=True)
    theatre.close()
    theatre.window.close()


Found = tuple[int, int, float, float, str, str, str, str, str]


def _report(found: Sequence[Found], options: argparse.Namespace, most: int) -> None:
    counts = Counter((*one[:4], one[6]) for one in found)
    kinds = [kind.value for kind in Kind]
    print(f"{'window':>10} {'text':>5} {'scale':>6} {'drawn':>6}" + "".join(f"{kind:>9}" for kind in kinds))
    for wide, high in options.sizes:
        for text in options.texts:
            for scale in options.scales:
                row = "".join(f"{counts[wide, high, text, scale, kind] or '-':>9}" for kind in kinds)
                drawn = Appearance(scale=text)  # the text is not as large as it is wished where there is no room for it
                drawn.fit(round(wide / scale), round(high / scale))
                print(f"{f'{wide}x{high}':>10} {text:5g} {scale:6g} {drawn.theme.scale:6.3g}{row}")
    print(f"{'':10} {'':5} {'':6} {'all':>6}" + "".join(f"{sum(one[6] == kind for one in found):9}" for kind in kinds))
    places: dict[tuple[str, str, str], list[Found]] = defaultdict(list)
    for one in found:
        places[one[6:9]].append(one)
    for (kind, panel, text), ones in sorted(places.items(), key=lambda item: -len(item[1]))[:most]:
        where = Counter(f"{one[0]}x{one[1]} t{one[2]:g} s{one[3]:g}" for one in ones)
        lessons = sorted({f"{one[4]} {one[5]}" for one in ones})
        print(
            f"{len(ones):5} {kind:8} {panel:12.12} {text[:60]!r}: {', '.join(lessons[:4])}; {', '.join([*where][:3])}"
        )


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    def size(text: str) -> tuple[int, int]:
        wide, _, high = text.partition("x")
        return int(wide), int(high)

    parser = argparse.ArgumentParser(prog="python -m bench matrix", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few scenarios")
    parser.add_argument("--scenarios", nargs="*", metavar="ID", help="these, and no programs of one's own")
    parser.add_argument("--own", nargs="*", metavar="NAME", help="these programs of one's own, else all; no scenarios")
    parser.add_argument("--sizes", nargs="*", type=size, default=SIZES, metavar="WxH", help="pixels of the screen")
    parser.add_argument("--texts", nargs="*", type=float, default=TEXTS, metavar="N", help="text sizes")
    parser.add_argument("--scales", nargs="*", type=float, default=SCALES, metavar="N", help="scales of the screen")
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--sheet", metavar="FOLDER", help="where pictures of all scenarios are written")
    parser.add_argument("--most", type=int, default=40, help="lines about what is wrong")
    parser.add_argument("--frames", metavar="FOLDER", help="kept runs: taken from there, else written there")
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)  # one scale, in a process of its own
    return parser.parse_args(arguments)


def _parts(options: argparse.Namespace, names: Sequence[str], frames: Path) -> Iterator[Found]:
    """Each scale in a process of its own: Qt reads it when it starts."""
    for scale in options.scales:
        command = [sys.executable, "-m", "bench.matrix", "--part", "--frames", str(frames), "--theme", options.theme]
        command += [
            "--scenarios",
            *names,
            "--scales",
            f"{scale:g}",
            "--texts",
            *(f"{text:g}" for text in options.texts),
        ]
        command += ["--sizes", *(f"{wide}x{high}" for wide, high in options.sizes)]
        command += ["--sheet", options.sheet] if options.sheet else []
        environment = os.environ | {"QT_SCALE_FACTOR": f"{scale:g}"}
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as part:
            for line in part.stdout or ():
                yield tuple(json.loads(line))
        if part.returncode:
            raise SystemExit(f"scale {scale:g} ended with {part.returncode}")


def _names(options: argparse.Namespace) -> list[str]:
    """The scenarios and the programs of one's own that are looked at."""
    if options.scenarios:
        return list(options.scenarios)
    if options.own is not None:
        return list(options.own or _own_programs.PROGRAMS)
    names = [*(one.id for one in catalogue.load() if not one.error), *_own_programs.PROGRAMS]
    return [name for name in names if name in QUICK] if options.quick else names


def main(arguments: Sequence[str] = ()) -> int:
    """Prints the table; returns 1 when something is wrong anywhere."""
    options = _arguments(arguments)
    names = _names(options)
    if options.part:
        _look_all(options, names)
        return 0
    if options.sheet:
        Path(options.sheet).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as empty:
        frames = Path(options.frames or empty)
        frames.mkdir(parents=True, exist_ok=True)
        _own_programs.write(frames, [name for name in names if name in _own_programs.PROGRAMS])
        _record_all([name for name in names if not (frames / f"{name}.frame").exists()], frames)
        found = list(_parts(options, names, frames))
    _report(found, options, options.most)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
