"""One host: what is wrong with it, what it is, and how its numbers went."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from deploy.dashboards.frame import CHANGES, PROBLEMS_OPENED, RESTARTS, frame, row
from deploy.dashboards.host_numbers import node_exporter_panels, number_panels
from deploy.dashboards.palette import CRITICAL, OK, SOME_IS_BAD, UNKNOWN, WARNING, states, yes_or_no
from deploy.dashboards.panels import HALF, Panel, Query, Size, bars, lines, number, timeline, word
from deploy.dashboards.scope import host_variables
from deploy.dashboards.tables import Column, Look, rows

_HERE = 'host="$host"'
_STATE_BY_CHECK = f"max by (check) (rounds_check_state{{{_HERE}}})"
_GAP = 'reason!~"not_applicable|first_look"'
_NONE = f"0 * max(rounds_host_up{{{_HERE}}} == 1)"
"""Nothing where the host was not reached: what nobody looked at is not well."""
_TILE = Size(3, 4)


def host() -> Dashboard:
    """Where the links of all other dashboards lead."""
    made = frame(
        "rounds-host",
        "rounds / Host",
        "One host: its open problems, the states of its checks over time, its numbers, and what could not be checked.",
        host_variables(),
        (PROBLEMS_OPENED, CHANGES, RESTARTS),
    )
    for panel in (*_tiles(), _problems(), _not_well(), *number_panels()):
        made.with_panel(panel)
    made.with_row(row("All checks", _all_checks()))
    made.with_row(row("Not checked", _not_checked(), _errors()))
    made.with_row(row("Rounds on this host", *_rounds()))
    made.with_row(row("As node_exporter shows it (job node)", *node_exporter_panels()))
    return made


def _tiles() -> list[Panel]:
    return [
        number(
            "Reached",
            "Whether the last round reached the host. If it did not, nothing else here is known.",
            f"max(rounds_host_up{{{_HERE}}})",
            mappings=yes_or_no("yes", "no"),
            steps=((None, CRITICAL), (1, OK)),
            size=_TILE,
        ),
        number(
            "Worst state",
            "The worst state of any check in the last round, before any retry. Unknown where the host was not reached.",
            f"max(rounds_host_state{{{_HERE}}})",
            mappings=states(),
            steps=((None, OK), (1, WARNING), (2, UNKNOWN), (3, CRITICAL)),
            size=_TILE,
        ),
        number(
            "Problems",
            "Open problems: confirmed by as many rounds as each check asks for.",
            f"count(max by (check, item) (rounds_problem_start_timestamp_seconds{{{_HERE}}})) or {_NONE}",
            steps=SOME_IS_BAD,
            size=_TILE,
        ),
        number(
            "Not checked",
            "Checks that gave no state, beside those for which there is nothing to check on this host.",
            f"count(max by (check, reason) (rounds_check_not_checked{{{_HERE},{_GAP}}})) or {_NONE}",
            steps=((None, OK), (1, UNKNOWN)),
            size=_TILE,
        ),
        number(
            "Reached, 1 d",
            "The share of the last day in which the host could be checked, of the time that the agent looked.",
            f"max(host:rounds_host_up:avg1d{{{_HERE}}})",
            unit="percentunit",
            steps=((None, CRITICAL), (0.99, WARNING), (0.999, OK)),
            size=_TILE,
        ),
        number(
            "Last round",
            "Since the last round that reached the host.",
            f"time() - max(rounds_round_last_success_timestamp_seconds{{{_HERE}}})",
            unit="s",
            steps=((None, OK), (300, UNKNOWN), (900, CRITICAL)),
            missing="never",
            size=_TILE,
        ),
        number(
            "Up for",
            "Since the system started.",
            f"max(rounds_unexpected_reboot_uptime_seconds{{{_HERE}}})",
            unit="s",
            size=_TILE,
        ),
        word(
            "System",
            "Distribution and version, from the job node.",
            f"group by (pretty_name) (node_os_info{{{_HERE}}})",
            "pretty_name",
            size=_TILE,
        ),
    ]


def _problems() -> Panel:
    return rows(
        "What is wrong now",
        "Open problems of this host, the worst first. `rounds explain CHECK` says what to do.",
        [f"1000 * max by (check, item, severity) (rounds_problem_start_timestamp_seconds{{{_HERE}}})"],
        [
            Column("severity", "State", look=Look.SEVERITY, width=85),
            Column("check", "Check", width=150),
            Column("item", "Item"),
            Column("A", "Since", unit="dateTimeFromNow", width=125),
        ],
        sort_by=["State"],
        size=Size(10, 10),
        missing="no open problem is known",
    )


def _not_well() -> Panel:
    ever = f"max by (check) (max_over_time(rounds_check_state{{{_HERE}}}[$__range] @ end())) > 0"
    return timeline(
        "Checks that were not well in the time range",
        "The worst item of each check that was not OK at some time. Nothing is drawn where nothing is known.",
        Query(f"{_STATE_BY_CHECK} and on (check) {ever}", "{{check}}"),
        size=Size(14, 10),
        page=20,
        missing="none is known that was not well",
    )


def _all_checks() -> Panel:
    return timeline(
        "Every check over time",
        "The worst item of every check that gave a state.",
        Query(_STATE_BY_CHECK, "{{check}}"),
        size=Size(24, 18),
        page=40,
    )


def _not_checked() -> Panel:
    return rows(
        "Not checked now, and why",
        "Checks that gave no state. `not_applicable` means that there is nothing to check, `first_look` that a second "
        "round is needed; every other reason is a gap in what is known.",
        [f"max by (check, reason) (rounds_check_not_checked{{{_HERE}}})"],
        [Column("reason", "Reason", width=220), Column("check", "Check")],
        sort_by=["-Reason"],
        missing="no gap is known",
    )


def _errors() -> Panel:
    return lines(
        "Rounds and sections that gave nothing",
        "By reason, in the interval between two points.",
        Query(f"max by (reason) (increase(rounds_errors_total{{{_HERE}}}[$__rate_interval]))", "{{reason}}"),
        stacked=True,
        shades_of=UNKNOWN,
        size=HALF,
        missing="no error is known",
    )


def _rounds() -> list[Panel]:
    return [
        lines(
            "How long rounds take",
            "From the first byte to the last judgement, of each lane.",
            Query(f"max by (lane) (rounds_round_duration_seconds{{{_HERE}}})", "{{lane}}"),
            unit="s",
        ),
        bars(
            "What takes longest on the host",
            "The eight slowest sections of the last rounds' scripts, by collector.",
            Query(f"topk(8, max by (collector) (rounds_section_duration_seconds{{{_HERE}}}))", "{{collector}}"),
            unit="s",
        ),
    ]
