"""The kernel's clock: how it is steered, and how far off it may be by its own account.

A time service steers the clock through the kernel and tells it how good it is; so this shows more than the service
itself does, and needs nobody's answer. What is set is never touched: the call is made with no mode.
"""

from collectors.contract import Collector, NotApplicable
from collectors.contract.reading import whole_number, whole_numbers
from collectors.kernel_clock import PROBE, KernelClock, from_numbers, from_words, read_local, refused, samples


def parse(output: str) -> KernelClock:
    """Raises `UnreadableOutput`, `NotApplicable` (nothing there that could ask), `NoPermission` (a sandbox)."""
    head, _, text = output.partition("\n")
    if head == "== none":
        raise NotApplicable("neither perl nor busybox here to ask the kernel for its clock (adjtimex)")
    if head == "== refused":
        raise refused()
    if head == "== words":
        return from_words(text)
    numbers = text.split()
    return from_numbers(
        whole_number(head.removeprefix("state "), head), whole_numbers(numbers, text) if numbers else ()
    )


# Rules ask how the offset changed within five minutes.
COLLECTOR = Collector(
    probe=PROBE, parse=parse, every_seconds=120, timeout_seconds=20, read_local=read_local, samples=samples
)
