"""The declaration that makes a module an exporter."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from collectors.contract import Kind
from exporters.contract.day import DayRecord
from exporters.contract.period import PeriodRecord
from exporters.contract.report import HostReport


class Settings(BaseModel):
    """What an organisation may set for an exporter, under its name at the top level of config.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent. `message_id` is stable: made from the day, not from the moment."""

    message_id: str
    subject: str
    recipients: tuple[str, ...]
    content: bytes


class DeliveryError(Exception):
    """A letter was not accepted. `permanent`: trying again cannot help.

    `remaining` are the recipients to try again, where the letter was accepted for the others; empty: all of them.
    `outage`: it is not about this letter; no other could be delivered now either.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, remaining: tuple[str, ...] = (), outage: bool = False
    ) -> None:
        self.permanent = permanent
        self.remaining = remaining
        self.outage = outage
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Needs:
    """What an exporter wants to find in a day's record, by name: inventory of some kinds, facts of some collectors.

    Of the kinds in `named` it wants only the entries whose names fit the shell pattern beside them, of those in
    `counted` only how many there are, as `HostEntries.left_out` has it. `paths` are pairs of a collector and a
    JMESPath: of its facts only what that finds, unless `collectors` has it too. `checks` are those whose results it
    speaks of by name. Unknown names are a mistake in config.yaml, see `Exporter.faults`.
    """

    kinds: frozenset[Kind] = frozenset()
    collectors: frozenset[str] = frozenset()
    checks: frozenset[str] = frozenset()
    named: frozenset[tuple[Kind, str]] = frozenset()
    counted: frozenset[Kind] = frozenset()
    paths: frozenset[tuple[str, str]] = frozenset()

    def __or__(self, other: "Needs") -> "Needs":
        return Needs(
            self.kinds | other.kinds,
            self.collectors | other.collectors,
            self.checks | other.checks,
            self.named | other.named,
            self.counted | other.counted,
            self.paths | other.paths,
        )


@dataclass(frozen=True, slots=True)
class Known:
    """What settings may speak of: all checks and collectors by name, and the collectors that keep their facts.

    `projects` and `groups` are those that hosts belong to. `fields` are the names that a path into a collector's facts
    may begin with, where these have names; of a collector that is not among them nothing is known.
    """

    checks: frozenset[str]
    collectors: frozenset[str]
    keep_facts: frozenset[str]
    projects: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    fields: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong that only shows once the settings are whole: at `keys` below the exporter's own key.

    With `file` the fault is in that file, which the settings name, at `line` and `column` (from 1; 0: all of it), and
    `keys` are those in it.
    """

    keys: tuple[str | int, ...]
    message: str
    file: Path | None = None
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        place = "" if self.file is None else f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        keys = ".".join(str(key) for key in self.keys)
        return f"{place}{keys}: {self.message}" if keys else f"{place}{self.message}"


class Export:
    """One exporter at work. Override what applies; every method may be called from any thread.

    `observe` and `forget` must be quick: they run on the hot path.
    """

    def observe(self, report: HostReport) -> None:
        """A round on a host has ended."""

    def adopt(self, settings: Settings) -> None:
        """Use other settings from now on; only of an exporter that says that it `adopts`."""

    def know(self, others: Mapping[str, Settings]) -> None:
        """The settings of all exporters that are on, by name: for what is to look the same wherever it is told."""

    def forget(self, host: str) -> None:
        """A host is no longer on rounds."""

    def retain(self, host: str, checks: Collection[str], collectors: Collection[str]) -> None:
        """After a change of configuration: only these checks and collectors are made on `host` from now on."""

    def publish(self, day: DayRecord) -> tuple[Path, ...]:
        """Write the day's files, whole or not at all; returns their paths. Raises OSError."""
        return ()

    def compose(self, day: DayRecord) -> tuple[Letter, ...]:
        """The day's letters, for the outbox."""
        return ()

    def publish_period(self, period: PeriodRecord) -> tuple[Path, ...]:
        """Write the files of a week or a month, whole or not at all; returns their paths. Raises OSError."""
        return ()

    def compose_period(self, period: PeriodRecord) -> tuple[Letter, ...]:
        """The letters of a week or a month, for the outbox."""
        return ()

    def deliver(self, letter: Letter) -> None:
        """Hand a letter of `compose` or `compose_period` over. Raises `DeliveryError`."""

    def close(self) -> None:
        """Give back what is held."""


S = TypeVar("S", bound=Settings)


@dataclass(frozen=True, slots=True, eq=False)
class Exporter(Generic[S]):
    """`settings` is read from `<file name>:` in config.yaml; `start` makes the exporter at work.

    `start` raises OSError when a path among the settings cannot be used, with that path as its `filename`.

    Without its key in config.yaml the exporter is off, unless `always` is set. When its settings change, one that
    `adopts` is told of them and goes on; another is started in the place of any other. `needs` says what of a day's
    record it wants besides its lines, `faults` what is wrong with settings that are valid each for itself.
    """

    settings: type[S]
    start: Callable[[S], Export]
    always: bool = False
    adopts: bool = False
    needs: Callable[[S], Needs] | None = None
    faults: Callable[[S, Known], Iterable[Fault]] | None = None
