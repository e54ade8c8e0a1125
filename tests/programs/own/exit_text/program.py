import sys
import atexit

atexit.register(print, "last")
print("out")
sys.exit("that is wrong: " + repr(sys.argv[1:]))
