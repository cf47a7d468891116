"""Randomness that the kernel has gathered: too little makes old kernels wait for more.

== /proc/sys/kernel/random/entropy_avail
256
== /proc/sys/kernel/random/poolsize
256
"""

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.contract import Collector, NotApplicable, Sample
from collectors.contract.reading import blocks, whole_number

_AVAILABLE, _POOL = "/proc/sys/kernel/random/entropy_avail", "/proc/sys/kernel/random/poolsize"


@dataclass(frozen=True, slots=True)
class Entropy:
    """In bits. Since Linux 5.18 both are 256 as soon as the pool is filled, and stay so. None: not told."""

    available_bits: int
    pool_bits: int | None


def parse(output: str) -> Entropy:
    """Raises `UnreadableOutput`, `NotApplicable` where the kernel does not tell."""
    parts = blocks(output)
    if _AVAILABLE not in parts:
        raise NotApplicable(f"no {_AVAILABLE} here")
    pool = parts.get(_POOL, "").strip()
    return Entropy(whole_number(parts[_AVAILABLE].strip()), whole_number(pool) if pool else None)


def samples(entropy: Entropy) -> Iterator[Sample]:
    """As node_exporter's collector `entropy` names them."""
    yield Sample("node_entropy_available_bits", entropy.available_bits, help="Bits of available entropy.")
    if entropy.pool_bits is not None:
        yield Sample("node_entropy_pool_size_bits", entropy.pool_bits, help="Bits of entropy pool.")


COLLECTOR = Collector(probe="", files=(_AVAILABLE, _POOL), parse=parse, samples=samples)
