"""Backups: how old the newest are, how many are kept, whether they are whole and were ever restored."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from deploy.dashboards.frame import PROBLEMS_OPENED, frame, row
from deploy.dashboards.palette import CRITICAL, NONE_IS_GOOD, OK, SOME_IS_BAD, WARNING
from deploy.dashboards.panels import Panel, Query, Size, lines, number
from deploy.dashboards.scope import beside, fleet_variables, how_many, judged, within, worst, worst_over_time
from deploy.dashboards.tables import HOW_MANY, Column, Look, matrix, rows

_DAY = 86_400
_MORE_THAN_AN_AGE = 10**10
"""Seconds: with it a state counts before the age that is added to it."""
_NEWEST = "rounds_backup_freshness_newest_timestamp_seconds"
_WATCHED = 'rounds_check_state{check="backup_freshness"}'
"""Each backup that is watched, whether it has a copy or not."""
_CHECKS = "backup_freshness|backup_copies|backup_integrity|backup_offsite|backup_restore_test"


def backups() -> Dashboard:
    """Of all hosts that have backup sources in the configuration."""
    made = frame(
        "rounds-backups",
        "rounds / Backups",
        "How old the newest backups are, how many copies there are, whether they are whole, off-site, and restorable.",
        fleet_variables(),
        (PROBLEMS_OPENED,),
    )
    for panel in (*_tiles(), _sources(), _states(), _ages()):
        made.with_panel(panel)
    made.with_row(row("How long backups take, and how many are kept", _durations(), _copies()))
    return made


def _tiles() -> list[Panel]:
    def bad(title: str, description: str, check: str, condition: str = "> 0") -> Panel:
        states = judged(check)
        return number(title, description, how_many(f"{states} {condition}", states), steps=SOME_IS_BAD)

    return [
        number("Backups", "Backups that are watched.", how_many(_WATCHED, "rounds_host_up == 1")),
        bad("Overdue", "Backups without a copy that is new enough and not empty.", "backup_freshness", "== 3"),
        number(
            "Oldest",
            "The age of the newest copy of the backup that is oldest, of those that have a copy.",
            f"max({within(f'time() - {_NEWEST}')})",
            unit="s",
            steps=((None, OK), (1.5 * _DAY, WARNING), (3 * _DAY, CRITICAL)),
        ),
        number(
            "Not whole",
            "Backups whose last test found damage.",
            how_many("rounds_backup_integrity_whole == 0", "rounds_backup_integrity_whole"),
            steps=NONE_IS_GOOD,
        ),
        bad("Not off-site", "Backups without a fresh and equal copy at another place.", "backup_offsite"),
        bad(
            "Restores overdue",
            "Restores that were not tried for longer than agreed, or failed.",
            "backup_restore_test",
        ),
    ]


def _sources() -> Panel:
    by_state = f"{_MORE_THAN_AN_AGE} * {_WATCHED}"
    anchor = worst(HOW_MANY, f"{by_state} + ignoring (check) (time() - {_NEWEST}) or {by_state}")
    return rows(
        "Every backup",
        f"The {HOW_MANY} in the worst state, and of the same state those with the oldest newest copy. A dash was not "
        "asked for, is not known, or is not there.",
        [
            beside(_WATCHED, anchor),
            beside(f"time() - {_NEWEST}", anchor),
            beside("rounds_backup_freshness_copies", anchor),
            beside("rounds_backup_freshness_duration_seconds", anchor),
            beside("1000 * rounds_backup_integrity_last_whole_timestamp_seconds", anchor),
            beside("1000 * rounds_backup_restore_test_last_test_timestamp_seconds", anchor),
        ],
        [
            Column("host", "Host", width=150),
            Column("item", "Backup"),
            Column("A", "State", look=Look.STATE, width=90),
            Column("B", "Age", unit="s", width=100),
            Column("C", "Copies", unit="short", width=80),
            Column("D", "Took", unit="s", width=90),
            Column("E", "Last found whole", unit="dateTimeFromNow", width=150),
            Column("F", "Last restored", unit="dateTimeFromNow", width=140),
        ],
        sort_by=["-State", "-Age"],
        size=Size(24, 10),
        missing="no backup is watched: name them under backups in the configuration",
    )


def _states() -> Panel:
    checks = f'rounds_check_state{{check=~"{_CHECKS}"}}'
    return matrix(
        "State map: hosts by checks of backups",
        "The hundred worst hosts of those that were reached, the worst first: the worst state of each check. A dash "
        "was not checked.",
        f"sort_desc(max by (host, check) ({checks}) and on (host) {worst(100, checks, 'host')})",
        row="host",
        column="check",
        columns=_CHECKS.split("|"),
        size=Size(10, 9),
        missing="no backup is watched",
    )


def _ages() -> Panel:
    return lines(
        "Age of the newest copy",
        "In hours; the fifteen that were oldest in the time range. A good night shows as a fall to zero.",
        Query(f"({worst_over_time(15, 'rounds_backup_freshness_newest_age_seconds')}) / 3600", "{{host}} {{item}}"),
        unit="suffix:h",
        size=Size(14, 9),
    )


def _durations() -> Panel:
    return lines(
        "How long the newest backup took",
        "In minutes; the ten that took longest in the time range, where the tool tells.",
        Query(f"({worst_over_time(10, 'rounds_backup_freshness_duration_seconds')}) / 60", "{{host}} {{item}}"),
        unit="suffix:min",
    )


def _copies() -> Panel:
    return lines(
        "Copies kept",
        "The ten backups with the most copies.",
        Query(worst_over_time(10, "rounds_backup_copies_copies"), "{{host}} {{item}}"),
    )
