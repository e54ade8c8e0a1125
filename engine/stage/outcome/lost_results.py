"""What a thread's function returns is lost: start() and join() give back None, also to who uses that."""

from __future__ import annotations

import ast
from types import CodeType, FrameType

from engine.protocol.mistakes import Mistake
from engine.stage.outcome.mistakes import Mistakes, mistakes_of
from engine.stage.outcome.text_of_calls import calls_at, is_used, parents_of, returns_something
from engine.stage.run_services import RunServices, one_per_run


class LostResults:
    """Looks at the text once for each line that calls start() or join()."""

    def __init__(self, context: RunServices) -> None:
        self._reporter = context.reporter
        self._mistakes: Mistakes = mistakes_of(context)
        self._used: dict[tuple[int, str], bool] = {}  # place and method

    def called(self, method: str, frame: FrameType | None, code: CodeType | None, lane: int) -> None:
        """A line of the program called a method of a thread that was made for a function of this code."""
        place = self._reporter.place_of(frame)
        if not place or frame is None or code is None or code.co_filename not in self._reporter.files:
            return
        used = self._used.get((place, method))
        if used is None:
            used = self._used[place, method] = self._is_used(frame, method)
        if used and self._returns(code):
            self._mistakes.tell(Mistake.RESULT_LOST, lane, place, code.co_name, method)

    def _is_used(self, frame: FrameType, method: str) -> bool:
        tree = self._mistakes.tree(frame.f_code.co_filename)
        calls = [] if tree is None else [*calls_at(tree, frame.f_lineno or 0)]
        named = [one for one in calls if isinstance(one.func, ast.Attribute) and one.func.attr == method]
        named = [one for one in named if not any(isinstance(part, ast.List) for part in one.args)]  # of a text
        parents = parents_of(tree) if tree is not None and named else {}
        return bool(named) and all(is_used(one, parents) for one in named)

    def _returns(self, code: CodeType) -> bool:
        tree = self._mistakes.tree(code.co_filename)
        for node in ast.walk(tree) if tree is not None else ():
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == code.co_name:
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                if first == code.co_firstlineno:
                    return isinstance(node, ast.FunctionDef) and returns_something(node)
        return False


@one_per_run
def lost_results_of(context: RunServices) -> LostResults:
    """That of a run."""
    return LostResults(context)
