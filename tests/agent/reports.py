"""Reports as the runner makes them, in few words."""

from checks.contract import Layer, Measurement, Result, Section, State, Text, Unit
from collectors.contract import Reason
from exporters.contract import CheckCard, CheckOutcome, HostCard, HostFailure, HostReport, Lane

DISK = CheckCard("disk_usage", Text("Disk usage", "磁盘使用率"), Layer.BASE_SOFTWARE, Section.SERVERS)
BACKUP = CheckCard("backup_freshness", Text("Backups", "备份"), Layer.BASE_SOFTWARE, Section.STORAGE)
CPU = CheckCard("cpu_usage", Text("CPU", "CPU"), Layer.BASE_SOFTWARE, Section.SERVERS)


def card(name: str = "web-01") -> HostCard:
    return HostCard(name, f"{name}.example.org")


def used(item: str, ratio: float, warn: float = 0.8, crit: float = 0.9) -> Result:
    """A result of disk_usage at its levels."""
    state = State.CRIT if ratio >= crit else State.WARN if ratio >= warn else State.OK
    words = f"{ratio:.1%} used"
    return Result(item, state, Text(words, f"已用 {ratio:.1%}"), (Measurement("used", ratio, Unit.RATIO, warn, crit),))


def found(item: str, state: State, words: str = "") -> Result:
    """A result without numbers."""
    words = words or f"{item} is {state.name}"
    return Result(item, state, Text(words, words))


def judged(*results: Result, check: CheckCard = DISK) -> CheckOutcome:
    return CheckOutcome(check, results)


def unjudged(reason: Reason, detail: str = "", check: CheckCard = DISK) -> CheckOutcome:
    return CheckOutcome(check, (), reason, detail)


def report(at: float, *outcomes: CheckOutcome, host: str = "web-01", lane: Lane = Lane.FAST) -> HostReport:
    """A round that reached its host and ended `at`."""
    return HostReport(card(host), lane, at - 1, at, outcomes)


def failed(
    at: float,
    reason: Reason = Reason.UNREACHABLE,
    *checks: CheckCard,
    host: str = "web-01",
    lane: Lane = Lane.FAST,
    message: str = "connect timed out",
) -> HostReport:
    """A round that did not."""
    outcomes = tuple(unjudged(reason, message, check) for check in checks)
    return HostReport(card(host), lane, at - 1, at, outcomes, failure=HostFailure(reason, message))
