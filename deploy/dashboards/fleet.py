"""All hosts: how many are well, what is wrong now, and what changed."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from checks.contract import Section
from deploy.dashboards.frame import CHANGES, PROBLEMS_OPENED, RESTARTS, frame, row
from deploy.dashboards.links import HOST_OF_SERIES
from deploy.dashboards.palette import (
    CRITICAL,
    CRITICAL_TEXT,
    NONE_IS_GOOD,
    OK,
    SOME_IS_BAD,
    UNKNOWN,
    WARNING,
    severity_colours,
)
from deploy.dashboards.panels import HALF, Panel, Query, Size, lines, number, timeline
from deploy.dashboards.scope import HOSTS, fleet_variables, how_many, once, with_owner, within
from deploy.dashboards.tables import HOW_MANY, Column, Look, counts, matrix, rows

PROBLEM = "rounds_problem_start_timestamp_seconds"


def _of_severity(word: str) -> str:
    return f'{PROBLEM}{{severity="{word}"}}'


_MAP = 100
"""Hosts on the map."""

_TILE = Size(4, 4)


def fleet() -> Dashboard:
    """The first dashboard to look at."""
    made = frame(
        "rounds-fleet",
        "rounds / Fleet",
        "Every host on rounds: how many are well, what is wrong now and since when, and what changed.",
        fleet_variables(),
        (PROBLEMS_OPENED, CHANGES, RESTARTS),
    )
    for tile in _tiles():
        made.with_panel(tile)
    made.with_panel(_wrong_now())
    made.with_panel(_map())
    made.with_panel(_by_check())
    made.with_panel(_open_problems())
    made.with_row(row("What changed", _changes(), _reboots()))
    made.with_row(row("Hosts", _hosts(), _over_time(), collapsed=True))
    made.with_row(row("Every check of the hosts chosen", _every_check()))
    made.with_row(row("Not checked", _gaps(), _gaps_of_hosts()))
    return made


def _tiles() -> list[Panel]:
    def problems(severity: str) -> str:
        return how_many(_of_severity(severity), "rounds_host_up == 1")

    return [
        number("Hosts", "Hosts on rounds, of those chosen above.", f"count(group by (host) ({HOSTS}))", size=_TILE),
        number(
            "Not reached",
            "Hosts that the last round could not reach: nothing is known of them.",
            how_many("rounds_host_up == 0"),
            steps=NONE_IS_GOOD,
            size=_TILE,
        ),
        number(
            "Critical",
            "Open problems that are critical, confirmed by as many rounds as their check asks for.",
            problems("critical"),
            steps=NONE_IS_GOOD,
            size=_TILE,
        ),
        number("Warnings", "Open problems in warning.", problems("warning"), steps=SOME_IS_BAD, size=_TILE),
        number(
            "Unknown",
            "Open problems whose state nobody knows: an answer that cannot be read, a host not reached.",
            problems("unknown"),
            steps=((None, OK), (1, UNKNOWN)),
            size=_TILE,
        ),
        number(
            "Agent silent for",
            "Since the last round of the agent that is silent the longest. More than a few rounds means that "
            "nobody is watching.",
            "time() - min(max by (job, instance) (rounds_round_last_run_timestamp_seconds))",
            unit="s",
            steps=((None, OK), (300, UNKNOWN), (900, CRITICAL)),
            missing="no agent",
            size=_TILE,
        ),
    ]


def _wrong_now() -> Panel:
    newest = " or ".join(
        f"topk({HOW_MANY}, {with_owner(f'1000 * {_of_severity(word)}')})" for word in ("critical", "unknown", "warning")
    )
    return rows(
        "What is wrong now",
        f"Open problems, the worst first; of each severity the {HOW_MANY} newest. The host leads to its dashboard.",
        [newest],
        [
            Column("severity", "State", look=Look.SEVERITY, width=90),
            Column("host", "Host", width=160),
            Column("check", "Check", width=170),
            Column("item", "Item"),
            Column("A", "Since", unit="dateTimeFromNow", width=140),
            Column("owner", "Owner", width=110),
            Column("project", "Project", width=110),
        ],
        sort_by=["State", "-Since"],
        size=Size(24, 9),
        missing="no open problem is known",
    )


def _map() -> Panel:
    hosts = f"topk({_MAP}, {within('host:rounds_check_state:max')})"
    return matrix(
        "State map: hosts by sections of the manual",
        f"The {_MAP} worst hosts, the worst first: the worst state of the checks of each section in the last round. "
        "A host that was not reached is unknown in each; a dash was not checked. The host leads to its dashboard, "
        "where each check stands.",
        f"sort_desc(max by (host, section) (host_section:rounds_check_state:max and on (job, instance, host) {hosts}))",
        row="host",
        column="section",
        columns=[section.value for section in Section],
        size=Size(14, 12),
    )


def _by_check() -> Panel:
    of_host = f"group by (host, check, severity) ({within(PROBLEM)})"
    return counts(
        "Checks by hosts with an open problem",
        "On how many hosts each check has an open problem: what is wrong in many places is one thing, not many.",
        f"count by (check, severity) ({of_host})",
        row="check",
        column="severity",
        columns=[
            Column("critical", "Critical", unit="short", look=Look.COLOURED, steps=((None, CRITICAL_TEXT),), width=110),
            Column("warning", "Warning", unit="short", look=Look.COLOURED, steps=((None, WARNING),), width=110),
            Column("unknown", "Unknown", unit="short", look=Look.COLOURED, steps=((None, UNKNOWN),), width=110),
        ],
        sort_by=["-Critical", "-Warning", "-Unknown"],
        size=Size(10, 12),
        missing="no open problem is known",
    )


def _open_problems() -> Panel:
    return lines(
        "Open problems over time",
        "How many problems were open, by severity.",
        Query(f"sum by (severity) ({once(within('host_severity:rounds_problem:count'))})", "{{severity}}"),
        colours=severity_colours(),
        stacked=True,
        size=Size(24, 7),
        missing="no open problem is known",
    )


def _changes() -> Panel:
    changed = within("increase(rounds_inventory_changes_total[$__range])")
    return rows(
        "Changes of what hosts are made of",
        "Packages, accounts, disks, addresses and the like that came, went or became another in the time range.",
        [
            f"topk({HOW_MANY}, max by (host, kind) ({changed}) >= 0.5)",
        ],
        [
            Column("host", "Host"),
            Column("kind", "What"),
            Column("A", "Changes", unit="short", decimals=0, width=110),
        ],
        sort_by=["-Changes"],
        missing="no change is known",
    )


def _reboots() -> Panel:
    started = "(1000 * max by (host) (node_boot_time_seconds) > 1000 * (time() - $__range_s) <= 1000 * time())"
    return rows(
        "Started in the time range",
        "Hosts whose system started since the beginning of the time range, if their clock is right.",
        [f"{started} * on (host) group_left (owner) topk by (host) (1, max by (host, owner) ({HOSTS}))"],
        [
            Column("host", "Host"),
            Column("A", "Started", unit="dateTimeFromNow", width=150),
            Column("owner", "Owner", width=120),
        ],
        sort_by=["-Started"],
        missing="no start is known",
    )


def _hosts() -> Panel:
    return rows(
        "The worst hosts",
        f"The {HOW_MANY} worst hosts: who they are, their problems, how much of the last day they could be checked.",
        [
            with_owner(
                f"topk({HOW_MANY}, {within('rounds_host_state')})",
                "owner",
                "project",
                "role",
                "location",
                "groups",
            ),
            f"sum by (host) ({once(within('host_severity:rounds_problem:count'))})",
            f"sum by (host) ({once(within('host_reason:rounds_check_not_checked:count'))})",
            f"max by (host) ({within('host:rounds_host_up:avg1d')})",
            f"1000 * max by (host) ({within('rounds_inventory_last_change_timestamp_seconds')})",
        ],
        [
            Column("host", "Host", width=170),
            Column("A", "State", look=Look.STATE, width=90),
            Column("B", "Problems", unit="short", width=115),
            Column("C", "Not checked", unit="short", width=135),
            Column("D", "Reached, 1 day", unit="percentunit", width=155),
            Column("E", "Last change", unit="dateTimeFromNow", width=140),
            Column("role", "Role"),
            Column("project", "Project"),
            Column("groups", "Groups"),
            Column("location", "Location"),
            Column("owner", "Owner"),
        ],
        sort_by=["-State"],
        size=Size(24, 12),
    )


def _over_time() -> Panel:
    worst = f"topk(50, {within('max_over_time(host:rounds_check_state:max[$__range] @ end())')})"
    return timeline(
        "Worst state of each host over time",
        "The 50 hosts that were worst in the time range. Nothing is drawn where nothing is known.",
        Query(f"{within('host:rounds_check_state:max')} and on (job, instance, host) {worst}", "{{host}}"),
        links=[HOST_OF_SERIES],
        size=Size(24, 12),
    )


def _every_check() -> Panel:
    reached = "host:rounds_check_state:max and on (job, instance, host) (rounds_host_up == 1)"
    worst = f"topk(20, {within(reached)})"
    return matrix(
        "Checks by host",
        "Every check of the 20 worst hosts among those chosen and reached. A dash was not checked on that host.",
        f"max by (host, check) (rounds_check_state and on (job, instance, host) {worst})",
        row="check",
        column="host",
        size=Size(24, 18),
    )


def _gaps() -> Panel:
    return lines(
        "Not checked, by reason",
        "Checks that gave no state, beside those for which there is nothing to check on that host.",
        Query(f"sum by (reason) ({once(within('host_reason:rounds_check_not_checked:count'))})", "{{reason}}"),
        stacked=True,
        shades_of=UNKNOWN,
        size=HALF,
        missing="no gap is known",
    )


def _gaps_of_hosts() -> Panel:
    return rows(
        "Hosts with the most that nobody knows",
        "Checks that gave no state, and why.",
        [f"topk({HOW_MANY}, max by (host, reason) ({within('host_reason:rounds_check_not_checked:count')}))"],
        [Column("host", "Host"), Column("reason", "Reason"), Column("A", "Checks", unit="short", width=100)],
        sort_by=["-Checks"],
        missing="no gap is known",
    )
