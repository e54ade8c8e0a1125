import warnings


def divide(a, b):
    return (a +
            a) / (b * b)


def chained():
    try:
        divide(1, 0)
    except ZeroDivisionError:
        {}["key"]


def imports(name):
    __import__(name)
    exec(f"import {name}")


def old():
    warnings.warn("old() is old", DeprecationWarning, stacklevel=2)
