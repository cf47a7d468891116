"""What a machine is, as a piece of hardware, and what of it changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from collectors.contract import Entry, Kind
from collectors.inventoried import entries

REMEMBERED = 20
"""How many changes are carried from look to look."""


@dataclass(frozen=True, slots=True)
class HardwareChange:
    """A look that found another `part` (`serial`, `board`, `chassis`, `model`, `firmware`) than the look before."""

    part: str
    before: str
    after: str
    seen_at: float


@dataclass(frozen=True, slots=True)
class HardwareIdentity:
    """What the machine is. None: not told. `serials_denied` is whether that is for want of a right.

    `dmi` are the kernel's words for it that anybody may read, by file. `changes` are the latest ones, oldest first;
    `clock_seconds` is the host's clock.
    """

    clock_seconds: float
    vendor: str | None
    model: str | None
    firmware: str | None
    firmware_date: str | None
    serial: str | None
    board_serial: str | None
    chassis_serial: str | None
    serials_denied: bool
    dmi: tuple[tuple[str, str], ...]
    changes: tuple[HardwareChange, ...] = ()


def with_changes(previous: HardwareIdentity, current: HardwareIdentity) -> HardwareIdentity:
    """The current facts with all changes seen; what a look could not tell is taken from the one before."""
    before, after = _parts(previous), _parts(current)
    new = tuple(
        HardwareChange(part, before[part], after[part], current.clock_seconds)
        for part in after
        if part in before and before[part] != after[part]
    )
    changes = (*previous.changes, *new)[-REMEMBERED:]
    if current.serials_denied:
        current = replace(
            current,
            serial=current.serial or previous.serial,
            board_serial=current.board_serial or previous.board_serial,
            chassis_serial=current.chassis_serial or previous.chassis_serial,
        )
    return replace(current, changes=changes)


def _parts(facts: HardwareIdentity) -> Mapping[str, str]:
    model = " ".join(word for word in (facts.vendor, facts.model) if word)
    firmware = " ".join(word for word in (facts.firmware, facts.firmware_date) if word)
    parts = {"serial": facts.serial, "board": facts.board_serial, "chassis": facts.chassis_serial}
    return {part: value for part, value in (parts | {"model": model, "firmware": firmware}).items() if value}


_NAMED = {"serial": "serial number", "board": "board's serial number", "chassis": "chassis' serial number"}


def inventory(facts: HardwareIdentity) -> Iterator[Entry]:
    """Model, firmware and serial numbers, as far as they are known."""
    yield from entries(Kind.HARDWARE, ((_NAMED.get(part, part), value) for part, value in _parts(facts).items()))
