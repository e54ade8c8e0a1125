import builtins
import os
import sys

print(sys.argv, __file__, __name__, __spec__, __package__, type(__loader__).__name__)
print(getattr(sys, "orig_argv", sys.argv)[-3:], sys.executable)
print(sys.path)
print(os.getcwd(), sorted(os.environ.items()))
print(sys.flags)
print(type(__builtins__).__name__, builtins is __builtins__, __builtins__.print is print)
print(sorted(name for name in globals() if name != "__warningregistry__"))
print(sys.stdout.encoding, sys.stderr.encoding, sys.getdefaultencoding(), sys.getfilesystemencoding())
print(sys.gettrace(), sys.getprofile(), sys.getrecursionlimit(), sys.getswitchinterval(), sys.dont_write_bytecode)
