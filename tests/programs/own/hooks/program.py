import builtins
import importlib.abc
import importlib.machinery
import sys
import threading
import time
import types


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name.startswith("made_up") else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.NAME = module.__name__


sys.meta_path.insert(0, Finder())
import made_up_module

print(made_up_module.NAME)
sys.modules["put_there"] = types.SimpleNamespace(value=3)
import put_there

print(put_there.value)
slept = []
real = time.sleep
time.sleep = lambda seconds: slept.append(seconds)
time.sleep(100)
time.sleep = real
print(slept)
asked = []
usual = builtins.__import__


def looking(name, *args, **kwargs):
    asked.append(name)
    return usual(name, *args, **kwargs)


builtins.__import__ = looking
import json
import beside

builtins.__import__ = usual
print("json" in asked, "beside" in asked)
printed = builtins.print
builtins.print = lambda *words, **more: printed("[", *words, "]", **more)
print("wrapped")
beside.say()
builtins.print = printed
sys.excepthook = lambda kind, error, trace: printed("hook:", kind.__name__, error, trace.tb_lineno)
threading.excepthook = lambda args: printed("thread hook:", args.exc_type.__name__, args.thread.name)
thread = threading.Thread(target=lambda: 1 / 0, name="dies")
thread.start()
thread.join()
raise RuntimeError("at the end")
