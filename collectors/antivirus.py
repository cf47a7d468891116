"""Antivirus products: whether they run, how old their definitions are, what their last scan found."""

from dataclasses import dataclass

from collectors.antivirus_products import PRODUCTS, HostClock, Product
from collectors.contract import Collector, Entry, Kind
from collectors.contract.reading import blocks

# What each product answers stands in its own file. Arguments are logs of scans, as patterns.
#
# now 1795281149 +0800
# == clamav
# ...
PROBE = "date '+now %s %z'\n" + "".join(
    f'ask_{number}() {{\n{product.PROBE.strip()}\n}}\nask_{number} "$@"\n' for number, product in enumerate(PRODUCTS)
)


@dataclass(frozen=True, slots=True)
class Antivirus:
    """The products that are installed; none is a fact as well. `now` is the host's clock, in epoch seconds."""

    now: int
    products: tuple[Product, ...]


def parse(output: str) -> Antivirus:
    """Facts of all products. Raises `UnreadableOutput`."""
    parts = blocks(output)
    clock = HostClock.read(parts[""].strip())
    found = (product.read(parts, clock) for product in PRODUCTS)
    return Antivirus(clock.now, tuple(product for product in found if product is not None))


def inventory(facts: Antivirus) -> tuple[Entry, ...]:
    """Each product with its version, and whether it scans files as they are opened."""
    words = {True: ", real-time scanning", False: ", no real-time scanning", None: ""}
    return tuple(
        Entry(Kind.SERVICE, f"antivirus {one.name}", f"{one.version or 'version not known'}{words[one.real_time]}")
        for one in facts.products
    )


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=900,
    timeout_seconds=30,
    keep_facts=True,
    inventory=inventory,
    root_commands=tuple(command for product in PRODUCTS for command in product.ROOT_COMMANDS),
)
