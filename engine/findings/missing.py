"""Pure: what the stage itself says is wrong: a library that the chosen Python does not have, and its remedy."""

import difflib
import sys
from collections.abc import Iterable

from engine.analysis.run_facts import RunFacts
from engine.frame import Finding, Interpreter
from engine.frame.finding import Missing, MissingLibrary
from engine.protocol.messages import FindingFact, MissingFact, assert_never

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


def once(told: Iterable[FindingFact]) -> list[FindingFact]:
    """What was told, without what is told again and does not say where: an import fails, and then the program."""
    told = list(told)
    placed = {fact.module for fact in told if fact.place}
    return [fact for fact in told if fact.place or fact.module not in placed]


def finding(fact: FindingFact, run_facts: RunFacts) -> Finding:
    """The finding of a fact."""
    match fact:
        case MissingFact(module=module, place=place):
            lacking = missing(module, run_facts.interpreter or Interpreter())
            return MissingLibrary(missing=lacking, **run_facts.where(place))
        case _:
            return assert_never(fact)


def missing(module: str, python: Interpreter) -> Missing:
    """What this Python lacks, and what to do about it."""
    implementation = "Python" if python.implementation in ("CPython", "") else python.implementation
    name = f"{implementation} {python.version}".strip()
    if module in sys.stdlib_module_names:
        return Missing(module, name)
    near = difflib.get_close_matches(module, sys.stdlib_module_names, n=1, cutoff=LIKE)
    return Missing(module, name, install(module, python.executable), near[0] if near else "")


def install(module: str, executable: str) -> str:
    """The command that installs a library for this interpreter."""
    program = f'"{executable}"' if " " in executable else executable
    return f"{program} -m pip install {INSTALLED_AS.get(module, module)}"
