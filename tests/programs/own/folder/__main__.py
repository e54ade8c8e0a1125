import sys

import helper

print(__name__, repr(__package__), sys.argv, sys.path[0], __file__, __spec__.name)
helper.help()
