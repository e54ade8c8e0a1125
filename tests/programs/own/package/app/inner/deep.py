from ..early import WHEN
import app


def work(number):
    assert app.LOCK is not None
    return half(number) + WHEN


def half(number):
    return number / 2
