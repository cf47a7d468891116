"""systemd's timers: when each ran and is due, and how the service it starts fares."""

# now 1795291440
# == timers
# (one after the other, with an empty line between) Id=backup.timer, Unit=backup.service, ActiveState=active ...
# TimersCalendar={ OnCalendar=*-*-* 03:00:00 ; next_elapse=Sun 2026-11-22 03:00:00 UTC }
# LastTriggerUSec=Sat 2026-11-21 03:00:00 UTC
# == services
# (likewise) Id=backup.service, ActiveState=failed, SubState=failed, Result=exit-code, ExecMainStatus=3 ...

from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, NoPermission, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, whole_number
from collectors.timed_units import Service, Timer, carried, lasting
from collectors.unit_properties import UnitProperties, units

# `show` rather than `list-timers`, whose JSON came after Debian 11; in UTC, which no name of a zone makes ambiguous. A
# timer that is enabled but was never started is not loaded: it is found among the files. These are asked for by
# pattern: with `--type` systemd would look at the links of every unit there is, in a third of a second of its time.
PROBE = r"""
[ -d /run/systemd/system ] || { echo "== none"; return; }
date '+now %s'; set -f; TZ=UTC; export TZ
loaded=$(systemctl list-units --all --type=timer --plain --no-legend --no-pager --full 2>&1) ||
  { echo "== refused"; printf '%s\n' "$loaded"; return; }
enabled=$(systemctl list-unit-files --state=enabled --no-legend --no-pager --full '*.timer' 2>/dev/null)
set -- $(printf '%s\n' "$loaded" "$enabled" | sed -n -e '/@\.timer /d' -e 's/^\([^ ]*\.timer\) .*/\1/p' | sort -u)
echo "== timers"
[ $# != 0 ] || { echo "== services"; return; }
shown=$(systemctl show --no-pager -p Id,Unit,LoadState,UnitFileState,ActiveState,SubState,ConditionResult \
  -p ConditionTimestamp,WantedBy,TimersCalendar,LastTriggerUSec,NextElapseUSecRealtime,RandomizedDelayUSec -- "$@")
printf '%s\n' "$shown"
set -- $(printf '%s\n' "$shown" | sed -n 's/^Unit=//p' | sort -u)
echo "== services"
[ $# = 0 ] || systemctl show --no-pager -p Id,ActiveState,SubState,Result,ExecMainStatus,InactiveExitTimestamp \
  -p ExecMainExitTimestamp -- "$@"
"""


@dataclass(frozen=True, slots=True)
class Timers:
    """Every timer that is active, or is enabled and could be, or whose service has failed.

    `now` is the host's clock, in epoch seconds.
    """

    now: float
    timers: tuple[Timer, ...]


def parse(output: str) -> Timers:
    """Raises `UnreadableOutput`, `NotApplicable` (no systemd), `NoPermission` (it does not answer the login)."""
    parts = blocks(output)
    if "none" in parts:
        raise NotApplicable("no systemd here")
    if "refused" in parts:
        said = parts["refused"].strip()
        raise NoPermission(f"systemctl: {said[:200]}") if "denied" in said else UnreadableOutput("the timers", said)
    if "timers" not in parts or "services" not in parts:
        raise UnreadableOutput("parts 'timers' and 'services'", output.partition("\n")[0])
    now = float(whole_number(parts[""].strip().removeprefix("now "), parts[""]))
    services = {service.name: service for service in map(_service, units(parts["services"]))}
    timers = {unit.required("Id"): unit for unit in units(parts["timers"])}
    loaded = (unit for unit in timers.values() if unit.required("LoadState") == "loaded")
    seen = ((_timer(unit, services, now), _is_wanted(unit)) for unit in loaded)
    # Nobody else tells of a failed service that has a timer, be that stopped.
    return Timers(now, tuple(timer for timer, is_wanted in seen if is_wanted or timer.service.failed))


def _is_wanted(unit: UnitProperties) -> bool:
    """Active, or enabled and not kept back: by a condition, as fstrim is in a container, or by what it belongs to.

    mdadm's timers are for a service that is not started where there are no arrays.
    """
    if unit.required("ActiveState") == "active":
        return True
    kept_back = unit.text("ConditionResult") == "no" and unit.moment("ConditionTimestamp") is not None
    by_target = any(name.endswith(".target") for name in unit.text("WantedBy", "any.target").split())
    return unit.text("UnitFileState").startswith("enabled") and by_target and not kept_back


def _service(unit: UnitProperties) -> Service:
    active, sub, result = unit.required("ActiveState"), unit.text("SubState"), unit.text("Result")
    # In auto-restart it has just failed, and is about to be tried again.
    if active == "failed" or sub == "auto-restart":
        status = unit.text("ExecMainStatus")
        failed = f"{result} {status}" if result == "exit-code" and status else result or "failed"
        return Service(unit.required("Id"), failed=failed, ended_at=unit.moment("ExecMainExitTimestamp"))
    if active != "inactive" and sub != "exited":
        return Service(unit.required("Id"), running_since=unit.moment("InactiveExitTimestamp"))
    ended_at = unit.moment("ExecMainExitTimestamp")
    return Service(unit.required("Id"), ended_at=ended_at, succeeded_at=ended_at if result == "success" else None)


def _timer(unit: UnitProperties, services: dict[str, Service], now: float) -> Timer:
    active = unit.required("ActiveState") == "active"
    next_at = unit.moment("NextElapseUSecRealtime")
    return Timer(
        name=unit.required("Id"),
        service=services.get(unit.text("Unit"), Service(unit.text("Unit"))),
        active=active,
        enabled=unit.text("UnitFileState").startswith("enabled"),
        spent=active and unit.text("SubState") == "elapsed",
        calendar=tuple(
            sorted(
                entry.removeprefix("{ ").partition(" ; next_elapse=")[0]
                for entry in unit.values.get("TimersCalendar", ())
            )
        ),
        delay_seconds=unit.span("RandomizedDelayUSec"),
        next_at=next_at,
        last_at=unit.moment("LastTriggerUSec"),
        due_at=next_at if next_at is not None and next_at < now else None,
        watched_since=now,
    )


def compare(previous: Timers, current: Timers) -> Timers:
    """With what systemd forgets over a restart of the host, and what was due and did not happen."""
    before = {timer.name: timer for timer in previous.timers}
    kept = (carried(before.get(timer.name), timer, current.now) for timer in current.timers)
    return replace(current, timers=tuple(kept))


def inventory(facts: Timers) -> Iterator[Entry]:
    """Each timer with when it runs, but for those that somebody started for once."""
    yield from lasting(facts.timers)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=300,
    timeout_seconds=20,
    compare=compare,
    inventory=inventory,
    keep_facts=True,
)
