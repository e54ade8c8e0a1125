from second_step import (
    nothing,
)
