"""On Windows: the processes of a run, in a job object, which ends them when the last handle to it is closed.

The system closes it when this process is gone, however that happened: that is the guard.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

import psutil

KILL_ON_JOB_CLOSE = 0x2000
BASIC_PROCESS_ID_LIST, EXTENDED_LIMIT_INFORMATION = 3, 9  # JOBOBJECTINFOCLASS
SET_QUOTA_AND_TERMINATE = 0x0100 | 0x0001
MOST = 4096  # numbers of processes that are asked for


class _Limits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION, with JOBOBJECT_BASIC_LIMIT_INFORMATION and IO_COUNTERS inside."""

    _fields_ = (
        ("process_time", ctypes.c_int64),
        ("job_time", ctypes.c_int64),
        ("flags", wintypes.DWORD),
        ("least_working_set", ctypes.c_size_t),
        ("most_working_set", ctypes.c_size_t),
        ("active", wintypes.DWORD),
        ("affinity", ctypes.c_size_t),
        ("priority", wintypes.DWORD),
        ("scheduling", wintypes.DWORD),
        ("counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process", ctypes.c_size_t),
        ("peak_job", ctypes.c_size_t),
    )


class _Numbers(ctypes.Structure):
    """JOBOBJECT_BASIC_PROCESS_ID_LIST."""

    _fields_ = (
        ("assigned", wintypes.DWORD),
        ("listed", wintypes.DWORD),
        ("pids", ctypes.c_size_t * MOST),
    )


if sys.platform == "win32":
    _KERNEL = ctypes.WinDLL("kernel32", use_last_error=True)
    _KERNEL.CreateJobObjectW.argtypes = (wintypes.LPVOID, wintypes.LPCWSTR)
    _KERNEL.CreateJobObjectW.restype = wintypes.HANDLE
    _KERNEL.SetInformationJobObject.argtypes = (wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD)
    _KERNEL.OpenProcess.argtypes = (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)
    _KERNEL.OpenProcess.restype = wintypes.HANDLE
    _KERNEL.AssignProcessToJobObject.argtypes = (wintypes.HANDLE, wintypes.HANDLE)
    _KERNEL.QueryInformationJobObject.argtypes = (
        *(wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD, wintypes.LPVOID),
    )
    _KERNEL.TerminateJobObject.argtypes = (wintypes.HANDLE, wintypes.UINT)
    _KERNEL.CloseHandle.argtypes = (wintypes.HANDLE,)

    def _checked(result: int) -> int:
        if not result:
            raise ctypes.WinError(ctypes.get_last_error())
        return result

    class JobFamily:
        """Satisfies `Family`. Raises OSError where the process cannot be put into a job."""

        def __init__(self, pid: int) -> None:
            self._suspended: list[psutil.Process] = []
            self._job: int | None = _checked(_KERNEL.CreateJobObjectW(None, None))
            try:
                limits = _Limits(flags=KILL_ON_JOB_CLOSE)
                where, size = ctypes.byref(limits), ctypes.sizeof(limits)
                _checked(_KERNEL.SetInformationJobObject(self._job, EXTENDED_LIMIT_INFORMATION, where, size))
                process = _checked(_KERNEL.OpenProcess(SET_QUOTA_AND_TERMINATE, False, pid))
                try:
                    _checked(_KERNEL.AssignProcessToJobObject(self._job, process))
                finally:
                    _KERNEL.CloseHandle(process)
            except OSError:
                self.close()
                raise

        def living(self) -> list[int]:
            if self._job is None:
                return []
            numbers = _Numbers()
            where, size = ctypes.byref(numbers), ctypes.sizeof(numbers)
            if not _KERNEL.QueryInformationJobObject(self._job, BASIC_PROCESS_ID_LIST, where, size, None):
                return []
            return list(numbers.pids[: numbers.listed])

        def suspend(self) -> None:
            self._suspended = []
            for pid in self.living():
                try:
                    one = psutil.Process(pid)
                    one.suspend()
                except psutil.Error:
                    continue  # ended meanwhile
                self._suspended.append(one)

        def resume(self) -> None:
            suspended, self._suspended = self._suspended, []
            for one in suspended:
                try:
                    one.resume()
                except psutil.Error:
                    continue  # ended meanwhile

        def end(self) -> bool:
            left = self.living()
            if left and self._job is not None:
                _KERNEL.TerminateJobObject(self._job, 1)
            return not left

        def close(self) -> None:
            """Whoever lives in it is ended by the system."""
            job, self._job = self._job, None
            if job is not None:
                _KERNEL.CloseHandle(job)
