"""Which threads wait for a line of standard input, in the order in which they asked."""

import numpy as np

from engine.analysis.columns import Array
from engine.analysis.record_semantics import IS_INPUT
from engine.analysis.run_facts import RunFacts
from engine.analysis.trace import Records
from engine.frame import NO_QUESTIONS, Asking, Questions
from engine.protocol.places import line_of
from engine.protocol.records import Kind
from engine.protocol.units import SECOND


class QuestionBuilder:
    """Keeps who asks. `questions` is the same object as long as nothing changed."""

    def __init__(self) -> None:
        self.questions = NO_QUESTIONS
        self._asking: dict[int, Asking] = {}

    def feed(self, records: Records, word: Array, run_facts: RunFacts) -> None:
        """Takes in a batch of records, some of which ask: `word` is flags << 8 | kind of each."""
        rows = np.flatnonzero(IS_INPUT[word])
        fields = (records[name][rows].tolist() for name in ("thread", "kind", "time", "place", "value"))
        before = dict(self._asking)
        for lane, kind, time, place, text in zip(*fields, strict=True):
            self._asking.pop(lane, None)
            if kind == Kind.INPUT_WANT:
                prompt = run_facts.texts.get(text)
                self._asking[lane] = Asking(lane, prompt.text if prompt else "", line_of(place), time / SECOND)
        if not self.questions.asked or self._asking != before or list(self._asking) != list(before):
            self.questions = Questions(tuple(self._asking.values()), asked=True)

    def end(self) -> None:
        """The run has ended: nobody asks any more."""
        if self._asking:
            self._asking.clear()
            self.questions = Questions(asked=True)
