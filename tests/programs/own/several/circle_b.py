import circle_a

print("b sees", hasattr(circle_a, "name"))


def other():
    return circle_a.__name__
