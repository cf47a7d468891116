"""The text of `ssacli ctrl all show config detail`, and of its forerunner hpssacli: Smart Array controllers of HPE."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from collectors.contract import UnreadableOutput
from collectors.raid_tools.unit import Battery, Condition, LogicalDrive, PhysicalDrive, RaidController

_LONGEST_LINE = 500  # what is longer, none of the tools printed

_CONTROLLER = re.compile(r"(\S.*?) in Slot (\S+)(?: \(.*\))?")
_LOGICAL = re.compile(r"Logical Drive: (\S+)")
_PHYSICAL = re.compile(r"physicaldrive (\S+)")
# Parts of the text with keys of their own, which say nothing of what stands before them.
_OTHER = re.compile(
    r"Array: |Port Name: |Sensor ID: |SEP |Expander |Enclosure |.* Drive Cage |Unassigned|HBA Drives|Mirror Group"
)

# The first that a state begins with, in lower case, counts.
_CONDITIONS = (
    ("ok", Condition.WELL),
    ("not configured", Condition.WELL),
    ("transforming", Condition.WELL),
    ("expanding", Condition.WELL),
    ("queued for expansion", Condition.WELL),
    ("erase", Condition.ATTENTION),
    ("recharging", Condition.CHARGING),
    ("charging", Condition.CHARGING),
    ("recovering", Condition.REBUILDING),
    ("rebuilding", Condition.REBUILDING),
    ("ready for rebuild", Condition.DEGRADED),
    ("waiting for rebuild", Condition.DEGRADED),
    ("queued for rebuild", Condition.DEGRADED),
    ("interim recovery", Condition.DEGRADED),
    ("predictive", Condition.PREDICTED),
    ("temporarily disabled", Condition.ATTENTION),
    ("permanently disabled", Condition.FAILED),
    ("general failure", Condition.FAILED),
    ("failed", Condition.FAILED),
    ("missing", Condition.FAILED),
    ("not present", Condition.FAILED),
)


@dataclass(slots=True)
class _Part:
    """A heading, and the keys below it up to the next; `kind` is the pattern the heading matched."""

    kind: re.Pattern[str]
    name: str
    title: str = ""
    pairs: dict[str, str] = field(default_factory=dict)

    def state(self, key: str) -> str:
        """The state under a key. Raises `UnreadableOutput`."""
        if key not in self.pairs:
            raise UnreadableOutput(f"a line {key}", self.title or self.name)
        return self.pairs[key]


def parse_ssacli(text: str) -> tuple[RaidController, ...]:
    """All controllers; () where there is none. Raises `UnreadableOutput`."""
    if re.search(r"No controllers detected", text):
        return ()
    parts = list(_parts(text))
    if not parts or parts[0].kind is not _CONTROLLER:
        raise UnreadableOutput("a controller in a slot", next((li for li in text.split("\n") if li.strip()), ""))
    begins = [at for at, part in enumerate(parts) if part.kind is _CONTROLLER]
    ends = [*begins[1:], len(parts)]
    return tuple(_controller(parts[begin], parts[begin + 1 : end]) for begin, end in zip(begins, ends, strict=True))


def _parts(text: str) -> Iterator[_Part]:
    current: _Part | None = None
    for line in text.split("\n"):
        if len(line) > _LONGEST_LINE:
            raise UnreadableOutput("a line of ssacli", line)
        begun = _begun(line.rstrip())
        if begun is not None:
            if current is not None:
                yield current
            current = begun
        elif current is not None and line[:1].isspace():
            key, _, value = line.partition(":")
            if value.startswith(" ") and value.strip():
                current.pairs.setdefault(key.strip(), value.strip())
    if current is not None:
        yield current


def _begun(line: str) -> _Part | None:
    """The part that begins with this line."""
    if match := _CONTROLLER.fullmatch(line):
        return _Part(_CONTROLLER, match[2], match[1])
    if not line[:1].isspace():
        return None
    for kind in (_LOGICAL, _PHYSICAL):
        if match := kind.fullmatch(line.strip()):
            return _Part(kind, match[1])
    return _Part(_OTHER, "") if _OTHER.match(line.strip()) else None


def _controller(head: _Part, parts: list[_Part]) -> RaidController:
    # A spare of two arrays is listed below both.
    drives = tuple({part.name: _physical(part) for part in parts if part.kind is _PHYSICAL}.values())
    state = head.state("Controller Status")
    return RaidController(
        name=f"slot{head.name}",
        model=head.title,
        serial=head.pairs.get("Serial Number"),
        firmware=head.pairs.get("Firmware Version"),
        state=state,
        condition=_condition(state),
        logical_drives=tuple(_logical(part) for part in parts if part.kind is _LOGICAL),
        physical_drives=drives,
        battery=_battery(head.pairs, head.pairs.get("Cache Backup Power Source", "battery or capacitor").lower()),
        cache=_cache(head.pairs),
        first_spares=sum(drive.is_spare for drive in drives),
    )


def _condition(state: str) -> Condition:
    return next((found for word, found in _CONDITIONS if state.lower().startswith(word)), Condition.UNKNOWN)


def _logical(part: _Part) -> LogicalDrive:
    state = part.state("Status")
    return LogicalDrive(f"ld{part.name}", f"RAID {part.pairs.get('Fault Tolerance', '?')}", state, _condition(state))


def _physical(part: _Part) -> PhysicalDrive:
    state = part.state("Status")
    model = part.pairs.get("Model")
    return PhysicalDrive(
        slot=part.name,
        state=state,
        condition=_condition(state),
        is_spare="Spare" in part.pairs.get("Drive Type", ""),
        model=None if model is None else " ".join(model.split()),
        serial=part.pairs.get("Serial Number"),
    )


def _battery(pairs: Mapping[str, str], kind: str) -> Battery | None:
    state = pairs.get("Battery/Capacitor Status")
    return None if state is None else Battery(kind, state, _condition(state))


def _cache(pairs: Mapping[str, str]) -> Battery | None:
    state = pairs.get("Cache Status")
    return None if state is None else Battery("cache", state, _condition(state))
