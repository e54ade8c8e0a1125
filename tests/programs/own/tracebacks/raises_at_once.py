import shaky

VALUE = shaky.divide(1, 0)
