"""A page of `/metrics` as of an agent with several hosts, each answering as other recordings did.

For what the machine that runs the tests does not have: arrays, disks with SMART, accounts, antivirus. The same code as
in the agent judges and renders; only the connection is left out.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from collectors.contract import Reason, Sample
from docs.pages.replay import replayed
from exporters.contract import CheckOutcome, HostCard, HostFailure, HostReport, Lane
from exporters.exposition.vocabulary import DAILY_LOG_INFO, DAILY_LOG_WRITTEN, INVENTORY_CHANGES, LAST_CHANGE
from exporters.prometheus import PrometheusExport

HOSTS = tuple(
    HostCard(f"recorded-{n}", f"192.0.2.{n}", owner="ops", project="shop", role="web server", groups=("web", "linux"))
    for n in range(1, 9)
)
GONE = HostCard("recorded-gone", "192.0.2.99", project="shop")


class Fleet:
    """The export of such an agent. Every call of `page` is later than the one before: counters have grown."""

    def __init__(self) -> None:
        self._export = PrometheusExport()
        self._export.add_source(_daily_log)
        self._looks = 0
        for card, report in _reports():
            self._export.observe(replace(report, host=card, lane=Lane.FAST, finished_at=time.time()))

    def page(self) -> bytes:
        """What Prometheus reads."""
        self._looks += 1
        failure = HostFailure(Reason.UNREACHABLE, "it does not answer")
        now = time.time()
        self._export.observe(HostReport(GONE, Lane.FAST, now - 1, now, _none_made(failure.reason), failure=failure))
        changes = INVENTORY_CHANGES.sample(self._looks, host=HOSTS[0].name, kind="package")
        self._export.note(HOSTS[0].name, "changes", [changes, LAST_CHANGE.sample(now, host=HOSTS[0].name)])
        return self._export.render()


@cache
def _none_made(reason: Reason) -> tuple[CheckOutcome, ...]:
    checks = {outcome.check for _, report in _reports() for outcome in report.outcomes}
    return tuple(CheckOutcome(check, reason=reason) for check in checks)


def _daily_log() -> Iterator[Sample]:
    yield DAILY_LOG_WRITTEN.sample(time.time() - 3600)
    yield DAILY_LOG_INFO.sample(1, date="2026-01-01", number="1")


@cache
def _reports() -> tuple[tuple[HostCard, HostReport], ...]:
    """Of each collector's looks, one for each host; the last come first, for they compare two."""
    looks = defaultdict(list)
    for report in replayed():
        if report.facts:
            looks[next(iter(report.facts))].append(report)
    return tuple((card, found[-1 - n]) for found in looks.values() for n, card in enumerate(HOSTS) if n < len(found))
