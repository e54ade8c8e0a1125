import abc
import io
import os
import random
import string
import time

print(abc.__name__, hasattr(abc, "ABC"), hasattr(io, "StringIO"), hasattr(os, "getcwd"), hasattr(time, "sleep"))
print(random.WHOSE, string.WHOSE)
time.sleep(0.001)
