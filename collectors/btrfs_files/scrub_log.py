"""Reads /var/lib/btrfs/scrub.status.UUID."""

from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

_COUNTED = ("t_start", "finished", "corrected_errors", "uncorrectable_errors")


@dataclass(frozen=True, slots=True)
class Scrub:
    """The last one, over all devices. `finished` is false while it runs, and when it was cancelled."""

    started_at: int  # epoch seconds
    finished: bool
    corrected: int
    uncorrectable: int


def last_scrub(log: str) -> Scrub | None:
    """None where the log has no device in it. Raises `UnreadableOutput`.

    A line for each device: `UUID:1|data_extents_scrubbed:640|...|corrected_errors:0|...|t_start:1795292178|...`
    """
    devices = []
    for line in log.split("\n"):
        if not line.strip() or line.startswith("scrub status:"):
            continue
        told = dict(field.split(":", 1) for field in line.split("|") if ":" in field)
        if not set(_COUNTED) <= set(told):
            raise UnreadableOutput("the scrub of a device", line)
        devices.append({name: whole_number(told[name], line) for name in _COUNTED})
    if not devices:
        return None
    return Scrub(
        started_at=max(device["t_start"] for device in devices),
        finished=all(device["finished"] == 1 for device in devices),
        corrected=sum(device["corrected_errors"] for device in devices),
        uncorrectable=sum(device["uncorrectable_errors"] for device in devices),
    )
