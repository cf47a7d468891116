"""The same of this machine, without a child process."""

import ctypes
import sys

from collectors.contract import NotApplicable
from collectors.kernel_clock.clock import KernelClock, from_numbers, refused

_LONG, _INT = ctypes.c_long, ctypes.c_int
_NAMES = (
    *("offset", "freq", "maxerror", "esterror", "status", "constant", "precision", "tolerance", "seconds"),
    *("microseconds", "tick", "ppsfreq", "jitter", "shift", "stabil", "jitcnt", "calcnt", "errcnt", "stbcnt", "tai"),
)
_INTS = {"status", "shift", "tai"}


class _Timex(ctypes.Structure):
    # What the kernel keeps for later is behind it, and more than it has ever written.
    _fields_ = [
        ("modes", ctypes.c_uint),
        *((name, _INT if name in _INTS else _LONG) for name in _NAMES),
        ("unused", _INT * 64),
    ]


def read_local() -> KernelClock:
    """Raises `NotApplicable` (no such call here), `NoPermission` (a sandbox forbids it)."""
    if not sys.platform.startswith("linux"):
        raise NotApplicable("adjtimex is a call of Linux")
    call = getattr(ctypes.CDLL(None, use_errno=True), "adjtimex", None)
    if call is None:
        raise NotApplicable("the C library here has no adjtimex")
    timex = _Timex()  # mode 0: nothing is set
    state = call(ctypes.byref(timex))
    if state < 0:
        raise refused()
    return from_numbers(state, [getattr(timex, name) for name in _NAMES])
