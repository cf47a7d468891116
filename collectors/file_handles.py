"""File handles: how many files, sockets and pipes all programs together hold open, and how many they may.

== /proc/sys/fs/file-nr
594	0	2466170
"""

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, Sample, UnreadableOutput
from collectors.contract.reading import blocks, whole_number

_FILE = "/proc/sys/fs/file-nr"


@dataclass(frozen=True, slots=True)
class FileHandles:
    """`maximum` is fs.file-max; systemd sets it to 2**63 - 1, which is no limit at all.

    `unused` of the `allocated` handles are free; kernels since 2.6 give them back at once, and say 0.
    """

    allocated: int
    unused: int
    maximum: int

    @property
    def used_ratio(self) -> float:
        """0..1 of the maximum; above it where root has opened more."""
        return (self.allocated - self.unused) / self.maximum


def parse(output: str) -> FileHandles:
    """Facts from file-nr. Raises `UnreadableOutput`, `NotApplicable` where the kernel does not tell."""
    parts = blocks(output)
    if _FILE not in parts and not output.strip():
        raise NotApplicable(f"no {_FILE} here")
    text = parts.get(_FILE, "").strip()
    words = text.split()
    if len(words) != 3:
        raise UnreadableOutput(f"three numbers in {_FILE}", text or output.strip())
    allocated, unused, maximum = (whole_number(word, text) for word in words)
    if not 0 <= unused <= allocated or maximum <= 0:
        raise UnreadableOutput("handles allocated, unused, and the most there may be", text)
    return FileHandles(allocated, unused, maximum)


def samples(handles: FileHandles) -> Iterator[Sample]:
    """As node_exporter's `filefd` collector names them."""
    yield Sample("node_filefd_allocated", handles.allocated, help="File descriptor statistics: allocated.")
    yield Sample("node_filefd_maximum", handles.maximum, help="File descriptor statistics: maximum.")


COLLECTOR = Collector(probe="", files=(_FILE,), parse=parse, samples=samples)
