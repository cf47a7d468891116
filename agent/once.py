"""One round now, without the daemon: for the command line."""

from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace

from agent.agenda import Agenda
from agent.catalogue import Catalogue
from agent.config import Config, HostConfig
from agent.runner import Task, not_checked, run
from agent.shells import make_shell
from collectors.transport.reader import LocalReader
from collectors.transport.shell import Shell
from exporters.contract import HostReport, Lane


def make_rounds(
    config: Config,
    catalogue: Catalogue,
    hosts: Sequence[HostConfig],
    checks: Collection[str] = (),
    told: Callable[[HostReport], None] = lambda _: None,
) -> list[HostReport]:
    """One whole round on each host, both lanes as one report; in the order of `hosts`.

    `checks` limits it to those named. `told` hears of each host as it is done, in this thread.
    """
    with ThreadPoolExecutor(min(config.rounds.at_once, max(1, len(hosts)))) as pool:
        futures = {pool.submit(_round, config, catalogue, host, frozenset(checks)): host.name for host in hosts}
        done = {}
        for future in as_completed(futures):
            done[futures[future]] = future.result()
            told(future.result())
    return [done[host.name] for host in hosts]


def task_for(config: Config, catalogue: Catalogue, host: HostConfig, lane: Lane, checks: Collection[str] = ()) -> Task:
    """Everything of a lane that is made on a host, limited to `checks` when there are any."""
    params = {name: p for name, p in config.checks_for(host.name).items() if not checks or name in checks}
    agenda = Agenda.of(params, catalogue, host.every)
    needed = {catalogue.checks[name].collector for name in params}
    collectors = tuple(name for name in agenda.collectors(lane) if not checks or name in needed)
    deadline = config.rounds.deadline if lane is Lane.FAST else config.rounds.slow_deadline
    return Task(host.card(), lane, collectors, params, deadline, config.ssh.connect_timeout)


def _round(config: Config, catalogue: Catalogue, host: HostConfig, checks: Collection[str]) -> HostReport:
    shells: list[Shell] = []
    reader = LocalReader() if host.transport == "local" else None

    def reach() -> Shell:
        if not shells:
            shells.append(make_shell(config, host.name))
        return shells[0]

    tasks = [task_for(config, catalogue, host, lane, checks) for lane in Lane]
    reports: list[HostReport] = []
    try:
        for task in (task for task in tasks if task.collectors):
            failure = reports[-1].failure if reports else None
            if failure is not None:
                reports.append(not_checked(task, catalogue, failure, reports[-1].started_at))
            else:
                reports.append(run(task, reach, catalogue, reader=reader))
    finally:
        for shell in shells:
            shell.close()
    return merged(reports)


def merged(reports: Sequence[HostReport]) -> HostReport:
    """The reports of both lanes of one host as one."""
    first = reports[0]
    return replace(
        first,
        finished_at=reports[-1].finished_at,
        outcomes=tuple(outcome for report in reports for outcome in report.outcomes),
        sections=tuple(section for report in reports for section in report.sections),
        samples=tuple(sample for report in reports for sample in report.samples),
        failure=next((report.failure for report in reports if report.failure is not None), None),
        facts={name: facts for report in reports for name, facts in report.facts.items()},
        raw={name: text for report in reports for name, text in report.raw.items()},
    )
