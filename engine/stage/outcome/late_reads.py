"""Pure: whether a function that stands at some instruction is sure to look up a name before it returns."""

from __future__ import annotations

import dis
from functools import lru_cache
from types import CodeType

_LOADS = frozenset({"LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF"})
_LEAVES = frozenset({"RETURN_VALUE", "RETURN_CONST", "RAISE_VARARGS", "RERAISE"})
_ALWAYS = frozenset({"JUMP_FORWARD", "JUMP_ABSOLUTE", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT"})
_HANDLERS = frozenset({"SETUP_FINALLY", "SETUP_WITH", "SETUP_ASYNC_WITH"})  # where they jump to, only an exception goes
_JUMPS = frozenset(dis.hasjrel + dis.hasjabs)


@lru_cache(maxsize=256)
def _steps(code: CodeType) -> tuple[tuple[int, ...], dict[int, tuple[str, str, tuple[int, ...]]]]:
    """Offsets of instructions, and of each its name, the name that it looks up, and where Python goes from there."""
    all_ = list(dis.get_instructions(code))
    found = dict[int, tuple[str, str, tuple[int, ...]]]()
    for one, after in zip(all_, [*(one.offset for one in all_[1:]), -1]):
        ways: tuple[int, ...] = () if one.opname in _LEAVES or one.opname in _ALWAYS else (after,)
        if one.opcode in _JUMPS and one.opname not in _HANDLERS:
            ways += (int(one.argval),)
        found[one.offset] = one.opname, one.argval if one.opname in _LOADS else "", ways
    return tuple(found), found


def reads_later(code: CodeType, at: int, name: str) -> bool:
    """Whether every way from the instruction behind `at` to a return looks `name` up; exceptions are left out."""
    offsets, steps = _steps(code)
    open_, seen, reads = [next((one for one in offsets if one > at), -1)], set[int](), False
    while open_:
        offset = open_.pop()
        if offset in seen:
            continue
        seen.add(offset)
        step = steps.get(offset)
        if step is None or step[0] in _LEAVES:
            return False
        if step[1] == name:
            reads = True
        else:
            open_ += step[2]
    return reads
