"""What one round on one host found: the only thing the runner hands on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from checks.contract import Layer, Result, Section, State, Text
from collectors.contract import Entry, Reason, Sample


class Lane(StrEnum):
    """The two beats of a host. Within a lane rounds never overlap."""

    FAST = "fast"  # everything due every round
    SLOW = "slow"  # packages, backups: on a beat of its own


@dataclass(frozen=True, slots=True)
class HostCard:
    """Who a host is, as the configuration has it. `every_seconds` is the beat of its rounds, None where not known."""

    name: str
    address: str
    transport: str = "ssh"
    in_service: bool = True
    role: str = ""
    owner: str = ""
    location: str = ""
    project: str = ""
    groups: tuple[str, ...] = ()
    every_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class CheckCard:
    """What an exporter may know of a check: its name, where it belongs, and the collector whose facts it judges."""

    name: str
    title: Text
    layer: Layer
    section: Section
    vital: bool = False
    collector: str = ""
    items: str = ""
    """What its items are, in English: "the mount point"."""


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What one check said in one round: results, or the reason why there are none.

    With `reason` set there are no results and `detail` says more, in English. Without a reason and without
    results the check found no item to judge on this host (no swap, say).
    """

    check: CheckCard
    results: tuple[Result, ...] = ()
    reason: Reason | None = None
    detail: str = ""

    @property
    def state(self) -> State | None:
        """The worst state. None: nothing to judge here, harmlessly. Not checked otherwise is UNKNOWN."""
        if self.reason is not None:
            return None if self.reason.is_harmless else State.UNKNOWN
        return max((result.state for result in self.results), default=None)


@dataclass(frozen=True, slots=True)
class SectionTiming:
    """One section of the round's script. `seconds` is the duration on the host; None when it never ended."""

    collector: str
    seconds: float | None
    reason: Reason | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered, as it came: the raw text that a collector's facts were read from.

    `command` is the probe's text as sent, with `arguments` for it; of the agent's own machine, where psutil was asked
    instead, the function that read it, and the facts as JSON. `exit_status` is None where there was none.
    """

    command: str
    arguments: tuple[str, ...]
    exit_status: int | None
    text: str


@dataclass(frozen=True, slots=True)
class HostFailure:
    """Why the whole host could not be checked."""

    reason: Reason
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class HostReport:
    """One round on one host. Times are epoch seconds of the agent's clock.

    With `failure` set, every check that was due stands in `outcomes` as not checked, for that reason.
    `inventory` holds what the host is made of, by the collector that told it, sorted, each kind and name once.
    `facts` holds the parsed facts by collector, `raw` the text of the sections that could not be read, `answers` what
    all of them answered.
    Checks that were not due in this round are absent. `asked` is False when the host was left alone because another
    lane had just failed: then only the outcomes say something new, and the host's reachability was not tried.
    """

    host: HostCard
    lane: Lane
    started_at: float
    finished_at: float
    outcomes: tuple[CheckOutcome, ...] = ()
    sections: tuple[SectionTiming, ...] = ()
    samples: tuple[Sample, ...] = ()
    failure: HostFailure | None = None
    inventory: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)
    asked: bool = True

    @property
    def state(self) -> State | None:
        """The worst state of the round; UNKNOWN when the host could not be checked."""
        if self.failure is not None:
            return State.UNKNOWN
        return max((o.state for o in self.outcomes if o.state is not None), default=None)
