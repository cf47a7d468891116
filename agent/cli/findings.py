"""What reports say, as rows: one per item, and one for everything that was not checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.contract import State
from collectors.contract import Reason
from exporters.contract import CheckOutcome, HostReport
from exporters.daily.inert import plain

FEW_HOSTS = 3
"""Up to so many hosts every item has its row; with more, what is fine is only counted."""

FEW_ABSENT = 3
"""Up to so many checks that do not apply to a host have a row each; more are named in one."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line about one host. `state` is None where there was nothing to judge, harmlessly.

    The words may come from a hostile host: what could steer a terminal is written by its number.
    """

    host: str
    state: State | None
    check: str
    item: str
    finding: str

    @property
    def state_word(self) -> str:
        """The state in a word."""
        return "-" if self.state is None else self.state.name


def rows(reports: Sequence[HostReport], *, everything: bool | None = None) -> list[Row]:
    """The worst first within each host. `everything`: also what is fine, and why a check does not apply.

    None: with few hosts what is fine as well, and in one row the checks that do not apply.
    """
    listed = sorted(reports, key=lambda report: report.host.name)
    found = [row for report in listed for row in _of_host(report, briefly=not everything)]
    if everything is None:
        everything = len({report.host.name for report in reports}) <= FEW_HOSTS
    return [row for row in found if everything or row.state not in (State.OK, None)]


def _of_host(report: HostReport, *, briefly: bool) -> Iterator[Row]:
    name = report.host.name
    if report.failure is not None:
        hint = f" - {report.failure.hint}" if report.failure.hint else ""
        words = plain(f"not checked: {report.failure.message}{hint}", limit=1000)
        yield Row(name, State.UNKNOWN, "host", report.host.address, words)
        return
    absent = sorted(outcome.check.name for outcome in report.outcomes if outcome.reason is Reason.NOT_APPLICABLE)
    is_short = briefly and len(absent) > FEW_ABSENT
    outcomes = [o for o in report.outcomes if not (is_short and o.reason is Reason.NOT_APPLICABLE)]
    of_checks = [row for outcome in outcomes for row in _of_check(name, outcome)]
    yield from sorted(of_checks, key=lambda row: (-1 if row.state is None else -row.state - 2, row.check, row.item))
    if is_short:
        yield Row(name, None, "", "", f"not applicable (--all says why): {', '.join(absent)}")


def _of_check(host: str, outcome: CheckOutcome) -> Iterator[Row]:
    if outcome.reason is not None:
        words = outcome.reason.value.replace("_", " ")
        detail = f": {outcome.detail}" if outcome.detail else ""
        yield Row(host, outcome.state, outcome.check.name, "", plain(words + detail))
    for result in outcome.results:
        yield Row(host, result.state, outcome.check.name, plain(result.item), plain(result.summary.en))
