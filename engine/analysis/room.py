"""How much of a run this machine keeps."""

LEAST_CAP, MOST_CAP = 10_000_000, 30_000_000  # records of one run; 8 threads report 11 million in 10 s
ROOM = 66  # bytes that a record takes here, with the spans that are made of it
SHARE = 4  # a run may fill one part in so many of the machine's memory
FACT_ROOM = 700  # bytes that a fact takes here, as an object and in the tables that are made of it: a guess
LEAST_FACTS, MOST_FACTS = 500_000, 1_000_000  # of one run
MOST_FACT_BYTES = 256 << 20  # in which they come; a stage sends some 50 MB of texts at most


def affordable(memory: int) -> int:
    """How many records of a run a machine with so many bytes of memory keeps."""
    return min(MOST_CAP, max(LEAST_CAP, memory // SHARE // ROOM))


def affordable_facts(memory: int) -> int:
    """The same of facts."""
    return min(MOST_FACTS, max(LEAST_FACTS, memory // SHARE // FACT_ROOM))


def memory() -> int:
    """How many bytes of memory the machine has."""
    import psutil  # noqa: PLC0415 - the first frame does not wait for it

    return psutil.virtual_memory().total
