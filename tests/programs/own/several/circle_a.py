import circle_b

COUNT = globals().get("COUNT", 0) + 1


def name():
    return __name__ + circle_b.other()
