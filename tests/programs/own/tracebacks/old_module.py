import warnings

warnings.warn("old_module is old", DeprecationWarning, stacklevel=2)
