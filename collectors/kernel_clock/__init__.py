"""What adjtimex(2) tells of the kernel's clock, which any user may read."""

from collectors.kernel_clock.clock import KernelClock, PulsePerSecond, from_numbers, from_words, refused
from collectors.kernel_clock.local import read_local
from collectors.kernel_clock.probe import PROBE
from collectors.kernel_clock.samples import samples

__all__ = [
    "PROBE",
    "KernelClock",
    "PulsePerSecond",
    "from_numbers",
    "from_words",
    "read_local",
    "refused",
    "samples",
]
