"""Pure: what the parts of a run are called, and which was the fastest by how much, in words."""

from collections.abc import Sequence

from engine.frame import Part
from engine.words.catalogue import say

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
    best, worst = times.index(min(times)), times.index(max(times))
    names = [number_with(part.name, noun) for part in parts]
    if times[worst] < ALIKE * times[best]:
        return say("all-alike-in-group", group=group) if group else say("all-alike")
    if times[0] < ALIKE * times[best]:
        said = _first_is_fast(group, names[0]) if best == 0 else _none_is_faster(group, names[0])
        if times[worst] < ALIKE * times[0]:
            return said
        other = names[worst][:1].upper() + names[worst][1:]
        return f"{said} {say('took-longer', other=other, ratio=_ratio(times[worst] / times[0]))}"
    name, other, ratio = names[best], names[0], _ratio(times[0] / times[best])
    if group:
        return say("fastest-by-in-group", group=group, name=name, ratio=ratio, other=other)
    return say("fastest-by", name=name, ratio=ratio, other=other)


def _first_is_fast(group: str, name: str) -> str:
    return say("fastest-in-group", group=group, name=name) if group else say("fastest", name=name)


def _none_is_faster(group: str, name: str) -> str:
    return say("none-faster-in-group", group=group, name=name) if group else say("none-faster", name=name)


def _ratio(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 9.95 else f"{ratio:,.0f}"
