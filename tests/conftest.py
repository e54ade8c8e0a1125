"""What all tests share."""

import os

from hypothesis import settings

settings.register_profile("any machine", deadline=None)  # how long an example takes says nothing on a busy one
settings.load_profile("any machine")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # the test of the real display makes its own
