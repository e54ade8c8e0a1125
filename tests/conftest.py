"""What all tests share."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # the test of the real display makes its own
