"""What to say of a library that the chosen Python does not have: in words, with the command that installs it."""

import difflib
import sys
from collections.abc import Mapping

from engine.frame import Finding, FindingKind, Interpreter, Trouble
from engine.protocol.places import line_of

INSTALLED_AS = {  # what is imported -> what is installed, where that is another name
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "dotenv": "python-dotenv",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}
LIKE = 0.75  # of difflib: from here on a name may be a slip of the pen


def trouble(module: str, python: Interpreter | None, line: int, detail: str = "") -> Trouble:
    """What is wrong, and what to do, with the command."""
    python = python or Interpreter()
    implementation = "Python" if python.implementation in ("CPython", "") else python.implementation
    name = f"{implementation} {python.version}".strip()
    if module in sys.stdlib_module_names:
        text = "It is a part of Python, but not of every version and not on every system. Choose another interpreter."
        return Trouble(f"{module} does not come with {name}", text, line, detail)
    command = install(module, python.executable)
    near = difflib.get_close_matches(module, sys.stdlib_module_names, n=1, cutoff=LIKE)
    text = f"Did you mean {near[0]}? If not, install it with: {command}" if near else f"Install it with: {command}"
    return Trouble(f"{module} is not installed in {name}", text, line, detail, command)


def install(module: str, executable: str) -> str:
    """The command that installs a library for this interpreter."""
    program = f'"{executable}"' if " " in executable else executable
    return f"{program} -m pip install {INSTALLED_AS.get(module, module)}"


def findings(missing: Mapping[str, int], python: Interpreter | None) -> list[Finding]:
    """One for each module that was imported and is not there."""
    troubles = [trouble(module, python, line_of(place)) for module, place in missing.items()]
    return [
        Finding(FindingKind.MISSING_LIBRARY, f"{one.title}. {one.text}", "", one.line, 0.0, trouble=one)
        for one in troubles
    ]
