"""Reads /var/lib/btrfs/scrub.status.UUID."""

import re
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

_COUNT = re.compile(r"([a-z_]+):([0-9]+)")


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
        counts = dict(_COUNT.findall(line))
        if not {"t_start", "finished", "corrected_errors", "uncorrectable_errors"} <= set(counts):
            raise UnreadableOutput("the scrub of a device", line)
        devices.append({name: whole_number(count, line) for name, count in counts.items()})
    if not devices:
        return None
    return Scrub(
        started_at=max(device["t_start"] for device in devices),
        finished=all(device["finished"] == 1 for device in devices),
        corrected=sum(device["corrected_errors"] for device in devices),
        uncorrectable=sum(device["uncorrectable_errors"] for device in devices),
    )
