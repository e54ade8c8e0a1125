"""Whether the program's processes stand still: what the kernel says of each thread, and what its frames say.

Linux alone tells which call of the system a thread is in (/proc/PID/task/TID/syscall). Elsewhere, and where that may
not be read, nothing is looked at here: then only those standstills are known that waits in watched objects show.
"""
