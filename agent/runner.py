"""One round on one host: from what is due to the report. The one place that catches errors.

A function of (host, due collectors, previous facts): nothing is remembered here, so a round can be
made by any thread, process or machine.
"""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from agent.catalogue import Catalogue, CheckPlugin
from agent.deposition import answers, read_locally
from agent.reasons import late_or_missing
from agent.silence import last_line, silence
from checks.contract import NotYet, Params, Past
from collectors.contract import Entry, Reason, Sample, SectionError, TransportError, UnreadableOutput
from collectors.contract.inventory import in_order
from collectors.transport.deadline import Deadline
from collectors.transport.reader import LocalReader
from collectors.transport.script import ScriptSection, SectionAnswer, assemble, end_mark, take_apart
from collectors.transport.shell import Answer as Reply
from collectors.transport.shell import Shell
from exporters.contract import Answer, CheckOutcome, HostCard, HostFailure, HostReport, Lane, SectionTiming

log = structlog.get_logger()

BASELINE_SECONDS = 1.0  # between the first two looks at a host: long enough for a rate, short enough to wait for
RAW_LIMIT = 64 * 1024  # characters kept of a section that could not be read


@dataclass(frozen=True, slots=True)
class Task:
    """What one round is to do on one host. All of it can be serialised.

    `params` holds the parameters of every check to be made, by name; each reads one of `collectors`.
    `previous` holds earlier facts by collector, for those that compare, `past` what the history holds, by check, for
    those that recall. `connect_seconds` is how much of the deadline connecting may use. `by_sudo`: what needs root is
    asked through sudo.
    """

    host: HostCard
    lane: Lane
    collectors: tuple[str, ...]
    params: Mapping[str, Params]
    deadline_seconds: float
    connect_seconds: float = 10.0
    previous: Mapping[str, Any] = field(default_factory=dict)
    past: Mapping[str, Past] = field(default_factory=dict)
    by_sudo: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What one section of the round gave: facts, or the reason why there are none."""

    facts: Any = None
    reason: Reason | None = None
    detail: str = ""
    seconds: float | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True)
class _Round:
    """One round on its way: what every step of it needs, and the `answers` that came so far, by collector."""

    task: Task
    shell: Shell
    catalogue: Catalogue
    reader: LocalReader | None
    deadline: Deadline
    answers: dict[str, Answer] = field(default_factory=dict)

    def look(self) -> dict[str, Look]:
        """Ask for everything that is due; on a first look, ask the comparing collectors twice."""
        names = self.task.collectors
        first = self._wanting_baseline()
        baseline = self._ask(first) if first else {}
        if baseline:
            time.sleep(min(BASELINE_SECONDS, self.deadline.left))
        looks = self._ask(names)
        before = {name: look.facts for name, look in baseline.items() if look.reason is None}
        before |= self.task.previous
        return {name: self._compared(name, before, look) for name, look in looks.items()}

    def judge(self, looks: Mapping[str, Look]) -> Iterator[CheckOutcome]:
        """What every due check says of what was seen."""
        for plugin in due_checks(self.task, self.catalogue):
            look = looks[plugin.collector]
            if look.reason is not None:
                yield CheckOutcome(plugin.card, reason=look.reason, detail=look.detail)
                continue
            past = self.task.past.get(plugin.name, Past())
            try:
                results = tuple(plugin.check.judge(look.facts, self.task.params[plugin.name], past))
            except NotYet as error:
                yield CheckOutcome(plugin.card, reason=Reason.FIRST_LOOK, detail=str(error) or "a rate needs two looks")
            except Exception as error:
                yield CheckOutcome(plugin.card, reason=Reason.BUG, detail=self._broke("check", plugin.name, error))
            else:
                yield CheckOutcome(plugin.card, results)

    def samples(self, looks: Mapping[str, Look]) -> Iterator[Sample]:
        """The facts under node_exporter's names."""
        for name, look in looks.items():
            make = self.catalogue.collectors[name].collector.samples
            if make is None or look.reason is not None:
                continue
            try:
                yield from tuple(make(look.facts))
            except Exception as error:
                self._broke("samples", name, error)

    def inventory(self, looks: Mapping[str, Look]) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """What the host is made of, by collector: sorted, each kind and name once."""
        for name, look in looks.items():
            tell = self.catalogue.collectors[name].collector.inventory
            try:
                if tell is not None and look.reason is None:
                    yield name, in_order(tell(look.facts))
            except Exception as error:
                self._broke("inventory", name, error)

    def _wanting_baseline(self) -> tuple[str, ...]:
        """What is to be asked twice, when this is the first look at the host.

        It is none when only some have no facts yet: these may not be applicable here, and would be asked twice
        in every round to come.
        """
        every = {name: self.catalogue.collectors[name].collector for name in self.task.collectors}
        # Slow collectors compare over hours: asking them twice in a second tells nothing and costs a lot.
        quick = {name: c for name, c in every.items() if c.compare is not None and c.every_seconds is None}
        seen = any(name in self.task.previous for name, c in quick.items() if not c.keep_facts)
        return () if seen else tuple(name for name in quick if name not in self.task.previous)

    def _ask(self, names: tuple[str, ...]) -> dict[str, Look]:
        """One look at each of the named collectors, in their order."""
        local = {name: read for name in names if (read := self._local_read(name)) is not None}
        # The script goes first: its sections have their own limits, a local read may use up what time there is.
        looks = self._ask_shell(tuple(name for name in names if name not in local), alone=not local)
        looks |= {name: self._read(name, read) for name, read in local.items()}
        return {name: looks[name] for name in names}

    def _ask_shell(self, names: tuple[str, ...], *, alone: bool) -> dict[str, Look]:
        """One look through the host's shell. `alone`: nothing else tells whether the host is there."""
        if not names:
            return {}
        asked = sections(self.task, self.catalogue, names)
        marker = f"@rounds-{secrets.token_hex(8)}"
        text = assemble(asked, marker, time.time(), idly=self.task.lane is Lane.SLOW, by_sudo=self.task.by_sudo)
        answer = self.shell.run(text, self.deadline, end_mark(marker))
        if alone and not answer.output:
            raise silence(answer, self.task.deadline_seconds)
        parts = take_apart(answer.output, marker, asked, answer.cut)
        self.answers.update(answers(asked, parts))
        return {name: self._parsed(name, parts[name], answer) for name in names}

    def _local_read(self, name: str) -> Callable[[], Any] | None:
        """How a collector reads the agent's own machine; None where the probe is to be asked."""
        return None if self.reader is None else self.catalogue.collectors[name].collector.read_local

    def _read(self, name: str, read_local: Callable[[], Any]) -> Look:
        """A look through psutil."""
        if self.reader is None:
            raise ValueError(f"{self.task.host.name} is not this machine")
        plugin = self.catalogue.collectors[name]
        limit = plugin.collector.timeout_seconds or self.deadline.left
        begun = time.monotonic()
        try:
            facts = self.reader.read(name, read_local, Deadline(min(limit, self.deadline.left)))
            self.answers[name] = read_locally(plugin, facts)
        except SectionError as error:
            return Look(reason=error.reason, detail=str(error))
        except Exception as error:
            return Look(reason=Reason.BUG, detail=self._broke("local_read", name, error))
        return Look(facts=facts, seconds=round(time.monotonic() - begun, 6))

    def _parsed(self, name: str, part: SectionAnswer, answer: Reply) -> Look:
        """Facts from a section's text, or why not."""
        collector = self.catalogue.collectors[name].collector
        if part.reason is not None:
            return Look(reason=part.reason, detail=late_or_missing(collector, part.reason), seconds=part.seconds)
        try:
            return Look(facts=collector.parse(part.text), seconds=part.seconds)
        except UnreadableOutput as error:
            if part.exit_status and not part.text.strip():
                detail = f"exit status {part.exit_status}{last_line(answer.error)}"
                return Look(reason=Reason.FAILED, detail=detail, seconds=part.seconds)
            return Look(reason=error.reason, detail=str(error), seconds=part.seconds, raw=part.text[:RAW_LIMIT])
        except SectionError as error:
            return Look(reason=error.reason, detail=str(error), seconds=part.seconds)
        except Exception as error:
            detail = self._broke("parser", name, error)
            return Look(reason=Reason.BUG, detail=detail, seconds=part.seconds, raw=part.text[:RAW_LIMIT])

    def _compared(self, name: str, before: Mapping[str, Any], look: Look) -> Look:
        collector = self.catalogue.collectors[name].collector
        if look.reason is Reason.NOT_APPLICABLE and collector.absent is not None and name in before:
            look = replace(look, facts=collector.absent, reason=None, detail="")
        if collector.compare is None or look.reason is not None or name not in before:
            return look
        try:
            return Look(collector.compare(before[name], look.facts), seconds=look.seconds)
        except Exception as error:
            return replace(look, facts=None, reason=Reason.BUG, detail=self._broke("compare", name, error))

    def _broke(self, what: str, name: str, error: Exception) -> str:
        log.exception("plugin_broke", host=self.task.host.name, step=what, plugin=name)
        return f"{type(error).__name__}: {error}"


def run(
    task: Task,
    reach: Callable[[], Shell],
    catalogue: Catalogue,
    *,
    reader: LocalReader | None = None,
    admission: AbstractContextManager[Any] | None = None,
) -> HostReport:
    """Make the round; never raises.

    `reach` gives the shell to the host; it may raise `TransportError` (a secret that cannot be read).
    `reader` is given for the agent's own machine: collectors with `read_local` are then read through it.
    `admission` is held while the host works, not while it is being connected to: hosts that do not
    answer must not use up the places of those that do. The wait for it costs the host nothing of its deadline.
    """
    started_at = time.time()
    deadline = Deadline(task.deadline_seconds)
    try:
        shell = reach()
        shell.connect(Deadline(min(task.connect_seconds, deadline.left)))
        left = deadline.left
        with admission or nullcontext():
            this = _Round(task, shell, catalogue, reader, Deadline(left))
            looks = this.look()
    except TransportError as error:
        failure = HostFailure(error.reason, error.message, error.hint)
        return not_checked(task, catalogue, failure, started_at)
    except Exception as error:
        log.exception("round_broke", host=task.host.name)
        return not_checked(task, catalogue, HostFailure(Reason.BUG, f"{type(error).__name__}: {error}"), started_at)
    return HostReport(
        host=task.host,
        lane=task.lane,
        started_at=started_at,
        outcomes=tuple(this.judge(looks)),
        sections=tuple(SectionTiming(name, look.seconds, look.reason, look.detail) for name, look in looks.items()),
        samples=tuple(this.samples(looks)),
        inventory=dict(this.inventory(looks)),
        facts={name: look.facts for name, look in looks.items() if look.reason is None},
        raw={name: look.raw for name, look in looks.items() if look.raw},
        answers=this.answers,
        finished_at=time.time(),
    )


def not_checked(
    task: Task, catalogue: Catalogue, failure: HostFailure, started_at: float, *, asked: bool = True
) -> HostReport:
    """The report of a host that could not be asked: every check that was due is not checked.

    `asked` is False when nobody even tried, because another round had just found it so.
    """
    outcomes = tuple(
        CheckOutcome(plugin.card, reason=failure.reason, detail=failure.message)
        for plugin in due_checks(task, catalogue)
    )
    return HostReport(task.host, task.lane, started_at, time.time(), outcomes, failure=failure, asked=asked)


def due_checks(task: Task, catalogue: Catalogue) -> Iterator[CheckPlugin]:
    """The checks that this round's facts allow to be made."""
    for name in task.params:
        if catalogue.checks[name].collector in task.collectors:
            yield catalogue.checks[name]


def sections(task: Task, catalogue: Catalogue, names: tuple[str, ...]) -> tuple[ScriptSection, ...]:
    """The script sections of the named collectors, each with the arguments its checks ask for."""
    arguments: dict[str, dict[str, None]] = {name: {} for name in names}  # ordered, and each once
    for plugin in due_checks(task, catalogue):
        if plugin.check.arguments and plugin.collector in arguments:
            arguments[plugin.collector].update(dict.fromkeys(plugin.check.arguments(task.params[plugin.name])))
    asked = {name: catalogue.collectors[name].collector for name in names}
    return tuple(
        ScriptSection(name, c.probe, tuple(arguments[name]), c.needs_command, c.timeout_seconds, c.files)
        for name, c in asked.items()
    )
