"""Pure: what the parts of a run are called, and which was the fastest by how much, in words."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.frame import Part

ALIKE = 1.15  # times as long: less is called about the same, for a machine that does other things differs by as much
MOST = 3  # groups that are spoken of


def number_with(name: str, noun: str) -> str:
    """What a part is called: a number alone says too little, so it gets its noun, "4 jobs" or "1 job"."""
    if noun and name == "1":
        noun = noun.removesuffix("s")
    return f"{name} {noun}" if noun and name.replace(".", "", 1).isdigit() else name


def fastest(parts: Sequence[Part], noun: str) -> tuple[str, ...]:
    """A sentence for each group of parts that were all measured, at one and the same speed; () where none can be said.

    What the fastest is compared with is the part that came first, for programs begin with the plain way.
    """
    speeds = {part.speed for part in parts}
    if len(speeds) != 1 or None in speeds:
        return ()
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(part.group, []).append(part)
    said = [_sentence(group, measured, noun) for group, measured in groups.items()]
    return tuple(filter(None, said))[:MOST]


def _sentence(group: str, parts: Sequence[Part], noun: str) -> str:
    times = [part.seconds or 0.0 for part in parts]
    if len(parts) < 2 or min(times) <= 0 or any(part.error for part in parts):
        return ""
    translate = QCoreApplication.translate
    which = translate("parts", "Fastest for {group}").format(group=group) if group else translate("parts", "Fastest")
    best, worst = times.index(min(times)), times.index(max(times))
    names = [number_with(part.name, noun) for part in parts]
    if times[worst] < ALIKE * times[best]:
        alike = translate("parts", "All took about the same time.")
        return f"{group}: {alike[:1].lower()}{alike[1:]}" if group else alike
    if times[0] < ALIKE * times[best]:
        words = translate("parts", "{which}: {name}.")
        if best != 0:
            words = translate("parts", "{group}: none was much faster than {name}.")
            words = words if group else translate("parts", "None was much faster than {name}.")
        if times[worst] >= ALIKE * times[0]:
            words += translate("parts", " {other} took {ratio} times as long.")
        other, ratio = names[worst][:1].upper() + names[worst][1:], _ratio(times[worst] / times[0])
        return words.format(which=which, group=group, name=names[0], other=other, ratio=ratio)
    words = translate("parts", "{which}: {name}, {ratio} times as fast as {other}.")
    return words.format(which=which, name=names[best], other=names[0], ratio=_ratio(times[0] / times[best]))


def _ratio(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 9.95 else f"{ratio:,.0f}"
