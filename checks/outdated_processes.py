"""Whether processes still run programs or libraries that were replaced or deleted under them.

Item        `outdated processes`
State       WARN or CRIT from the number of services that do, a process outside of any service counting as one
Why         an update closes a hole only in what was started after it: a server runs on with the old library for months
What to do  systemctl restart UNIT for each named here (needrestart does all); systemd itself: systemctl daemon-reexec;
            dbus or many at once: a restart of the host in the maintenance window
Manual      2.3.1 restart; 2.3.1 patches; form 8.4
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text, UpperLevels
from checks.contract.patterns import matches_any
from checks.contract.threshold import crossed
from collectors import deleted_files
from collectors.deleted_files import DeletedFiles
from collectors.deletions import OutdatedProcess

_SHOWN = 5
_FILES_SHOWN = 2
_OF_A_LOGIN = ("session-*.scope", "user@*.service")


class OutdatedProcessesParams(Params):
    """Parameters of outdated_processes."""

    outdated: UpperLevels[int] = Field(
        UpperLevels[int](warn=1), description="number of services and other processes that need a restart"
    )
    logins: bool = Field(False, description="true: what runs in the sessions of users counts too; it ends with them")
    ignore: tuple[str, ...] = Field(
        (), description="units and process names not to look at, as shell patterns: [docker.service, java]"
    )
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since they are hourly")


def evaluate(facts: DeletedFiles, params: OutdatedProcessesParams) -> Iterator[Result]:
    """One result."""
    judged = [process for process in facts.outdated if not _is_ignored(process, params)]
    names = {_name(process): None for process in judged}
    state = params.outdated.judge(len(names))
    levels = params.outdated
    measured = (Measurement("outdated", len(names), warn=levels.warn, crit=levels.crit),)
    yield Result("outdated processes", state, _summary(judged, list(names), levels, state), measured)


def _is_ignored(process: OutdatedProcess, params: OutdatedProcessesParams) -> bool:
    names, patterns = (process.unit or "", process.name), (*params.ignore, *(() if params.logins else _OF_A_LOGIN))
    return matches_any(patterns, *names)


def _name(process: OutdatedProcess) -> str:
    # As systemctl restart takes it. All of systemd itself is in init.scope.
    return process.name if process.unit in (None, "init.scope") else process.unit


def _summary(
    processes: Sequence[OutdatedProcess], names: Sequence[str], levels: UpperLevels[int], state: State
) -> Text:
    if not names:
        return Text(en="none", zh="无")
    listed = ", ".join([*names[:_SHOWN], *["..."] * (len(names) > _SHOWN)])
    files = {path.rpartition("/")[2]: None for process in processes for path in process.files}
    some = ", ".join([*list(files)[:_FILES_SHOWN], *["..."] * (len(files) > _FILES_SHOWN)])
    level = crossed(levels, state)
    return Text(
        en=f"{len(names)} to restart: {listed}; replaced: {some}{level.en}",
        zh=f"{len(names)} 项需重启:{listed};已被替换:{some}{level.zh}",
    )


CHECK = Check(
    reads=deleted_files.COLLECTOR,
    params=OutdatedProcessesParams,
    evaluate=evaluate,
    title=Text(en="Outdated processes", zh="需重启的进程"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.PATCHES,
)
