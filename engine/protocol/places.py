"""Where in the program something happened: one number for file and line, packed and unpacked here and nowhere else."""

LINE_BITS = 20
LINE_MASK = (1 << LINE_BITS) - 1
PROGRAM = 1  # id of the program's own file
LAST_FILE = 4095  # 12 bits are left for it
NOWHERE = 0


def start_of(file: int) -> int:
    """What a line of this file is added to, so that a reporting thread makes a place with one `|`."""
    return file << LINE_BITS


def line_in_file(place: int) -> int:
    """The line, in whichever file; 0 for nowhere."""
    return place & LINE_MASK


def file_in(place: int) -> int:
    """The id of its file; 0 for nowhere."""
    return place >> LINE_BITS


def line_of(place: int) -> int:
    """The line of a place in the program's own file; 0 for other files and for nowhere."""
    return place & LINE_MASK if place >> LINE_BITS == PROGRAM else 0
