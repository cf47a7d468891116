"""Patches and end of life: what is not installed, what waits for a reboot, what is not maintained any more."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from deploy.dashboards.frame import CHANGES, frame, row
from deploy.dashboards.palette import CRITICAL, CRITICAL_TEXT, NONE_IS_GOOD, OK, SOME_IS_BAD, WARNING
from deploy.dashboards.panels import Panel, Query, Size, bars, lines, number
from deploy.dashboards.scope import HOSTS, beside, fleet_variables, how_many, judged, total, within, worst
from deploy.dashboards.tables import HOW_MANY, Column, Look, rows

_DAY = 86_400
_PENDING = "rounds_pending_updates_pending"
_SECURITY = f'{_PENDING}{{item="security updates"}}'
_LONGEST = 'rounds_pending_updates_longest_pending_seconds{item="security updates"}'
_OTHER = f'{_PENDING}{{item="updates"}}'
_END = 'rounds_end_of_life_remaining_seconds{item="distribution"}'
_END_KNOWN = judged("end_of_life", "distribution")
"""Of a distribution that does not end, too."""
_AUTOMATIC = 'rounds_check_state{check="automatic_updates"}'
_SOON = ((None, CRITICAL_TEXT), (0, WARNING), (180 * _DAY, OK))
_REBOOT = "rounds_reboot_required_required"


def updates() -> Dashboard:
    """Of all hosts, the most urgent first."""
    made = frame(
        "rounds-updates",
        "rounds / Patches and end of life",
        "Security updates that wait, hosts that need a reboot, and distributions whose support ends.",
        fleet_variables(),
        (CHANGES,),
    )
    for panel in (*_tiles(), _hosts(), _ends(), _systems(), _over_time()):
        made.with_panel(panel)
    made.with_row(row("Automatic updates and antivirus", _automatic(), _antivirus()))
    return made


def _tiles() -> list[Panel]:
    return [
        number(
            "Security updates",
            "Hosts on which at least one security update is not installed.",
            how_many(f"{_SECURITY} > 0", _SECURITY),
            steps=SOME_IS_BAD,
        ),
        number(
            "Waiting the longest",
            "For how long the oldest security update is known and not installed, on any of the hosts.",
            f"max({within(_LONGEST)}) or 0 * count({within(_SECURITY)})",
            unit="s",
            steps=((None, OK), (14 * _DAY, WARNING), (30 * _DAY, CRITICAL)),
        ),
        number(
            "Need a reboot",
            "Hosts that run an older kernel or libraries.",
            how_many(f"{_REBOOT} > 0", _REBOOT),
            steps=SOME_IS_BAD,
        ),
        number(
            "Past end of life",
            "Hosts whose distribution gets no security updates any more.",
            how_many(f"{_END} < 0", _END_KNOWN),
            steps=NONE_IS_GOOD,
        ),
        number(
            "End within 180 days",
            "Hosts whose distribution will soon get no security updates any more.",
            how_many(f"{_END} < {180 * _DAY} >= 0", _END_KNOWN),
            steps=SOME_IS_BAD,
        ),
        number(
            "Oldest package list",
            "Pending updates are counted in the host's own list of packages: an old list hides them.",
            f"max({within('rounds_pending_updates_package_list_age_seconds')})",
            unit="s",
            steps=((None, OK), (3 * _DAY, WARNING), (14 * _DAY, CRITICAL)),
        ),
    ]


def _hosts() -> Panel:
    anchor = worst(HOW_MANY, _PENDING, "host")

    def with_it(expression: str) -> str:
        return beside(expression, anchor, "host")

    return rows(
        "Hosts by pending updates",
        f"The {HOW_MANY} hosts with the most pending updates.",
        [
            with_it(_OTHER),
            with_it(_SECURITY),
            with_it("rounds_pending_updates_longest_pending_seconds"),
            with_it("rounds_pending_updates_package_list_age_seconds"),
            with_it("rounds_reboot_required_waiting_seconds"),
            with_it("rounds_outdated_processes_outdated"),
        ],
        [
            Column("host", "Host"),
            Column("B", "Security", unit="short", look=Look.COLOURED, steps=SOME_IS_BAD, width=115),
            Column("A", "Other", unit="short", width=95),
            Column("C", "Waiting for", unit="s", width=130),
            Column("D", "List is old", unit="s", width=120),
            Column("E", "Reboot waits", unit="s", width=140),
            Column("F", "Old processes", unit="short", width=145),
        ],
        sort_by=["-Security"],
        size=Size(24, 10),
    )


def _ends() -> Panel:
    anchor = f"bottomk({HOW_MANY}, max by (host) ({within(_END)}))"
    return rows(
        "End of life",
        "When the support of each host's distribution ends, the soonest first. A minus means that it has ended.",
        [anchor, f"1000 * (time() + {anchor})"],
        [
            Column("host", "Host"),
            Column("A", "In", unit="s", look=Look.COLOURED, steps=_SOON, width=110),
            Column("B", "Ends on", unit="time:YYYY-MM-DD", width=125),
        ],
        sort_by=["In"],
        size=Size(12, 9),
    )


def _over_time() -> Panel:
    return lines(
        "Pending updates over time",
        "Added up over the hosts chosen.",
        Query(total(_SECURITY), "security updates"),
        Query(total(_OTHER), "other updates"),
        Query(total(_REBOOT), "hosts that need a reboot"),
        size=Size(24, 8),
    )


def _systems() -> Panel:
    return bars(
        "Distributions",
        "How many of the hosts run which, from the job node.",
        Query(
            f"topk(20, count by (pretty_name) (max by (host, pretty_name) (node_os_info and on (host) {HOSTS})))",
            "{{pretty_name}}",
        ),
        size=Size(12, 9),
    )


def _automatic() -> Panel:
    off = "on (job, instance, host, item) rounds_automatic_updates_installs == 0"
    anchor = worst(HOW_MANY, f"{_AUTOMATIC} unless ({_AUTOMATIC} == 0 unless {off})")
    return rows(
        "Automatic updates: off, or not well",
        "Hosts that install nothing by themselves, and those whose automatic updates failed, are overdue, or are not "
        "as the configuration expects. Where it expects nothing, off is OK.",
        [
            anchor,
            beside("rounds_automatic_updates_installs", anchor),
            beside("rounds_automatic_updates_last_run_age_seconds", anchor),
        ],
        [
            Column("host", "Host"),
            Column("item", "What"),
            Column("A", "State", look=Look.STATE, width=90),
            Column("B", "Installs", unit="short", look=Look.YES_OR_NO, width=100),
            Column("C", "Ran", unit="s", width=110),
        ],
        sort_by=["-State"],
        missing="none is known",
    )


def _antivirus() -> Panel:
    anchor = worst(HOW_MANY, "rounds_antivirus_definitions_age_seconds")
    return rows(
        "Antivirus definitions",
        "How old the definitions are, the oldest first; where there is an antivirus.",
        [anchor, beside("rounds_antivirus_definitions_signatures", anchor)],
        [
            Column("host", "Host"),
            Column("item", "Antivirus"),
            Column("A", "Old", unit="s", width=110),
            Column("B", "Signatures", unit="short", width=110),
        ],
        sort_by=["-Old"],
        missing="no antivirus is known",
    )
