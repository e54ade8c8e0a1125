"""What a run takes in at one go."""

from engine.protocol.records import BLOCK_AWAY, BLOCK_FACTS, BLOCK_RECORDS
from engine.session.run import gathered


def test_that_facts_come_before_the_records_around_them_and_all_else_keeps_its_order() -> None:
    kinds = {"r": BLOCK_RECORDS, "f": BLOCK_FACTS, "a": BLOCK_AWAY}
    order = ["r1", "f1", "r2", "r3", "f2", "a1", "a2", "r4", "f3", "a3", "f4", "r5"]
    blocks = [(kinds[word[0]], word.encode()) for word in order]
    words = [payload.decode() for _, payload in gathered(blocks)]
    assert words == ["f1", "f2", "r1", "r2", "r3", "a1", "a2", "f3", "r4", "a3", "f4", "r5"]
    assert gathered([]) == []
