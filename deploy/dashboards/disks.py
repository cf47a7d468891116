"""Disks of all hosts: what is full, what will be, and what is about to fail."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from deploy.dashboards.frame import PROBLEMS_OPENED, frame, row
from deploy.dashboards.palette import CRITICAL_TEXT, FILLING, NONE_IS_GOOD, OK, SOME_IS_BAD, WARNING
from deploy.dashboards.panels import HALF, Panel, Query, Size, bars, lines, number
from deploy.dashboards.scope import beside, fleet_variables, how_many, judged, within, worst, worst_over_time
from deploy.dashboards.tables import Column, Look, rows

_DAY = 86_400
_FULL_IN = "rounds_disk_forecast_full_in_seconds"
_SOON = ((None, CRITICAL_TEXT), (7 * _DAY, WARNING), (30 * _DAY, OK))
_ARRAYS = 'rounds_check_state{check=~"md_arrays|raid_controllers|zfs_pools|btrfs|multipath|thin_pools"}'


def disks() -> Dashboard:
    """Space, inodes, forecasts, health, arrays and latency."""
    made = frame(
        "rounds-disks",
        "rounds / Disks and forecasts",
        "The fullest file systems, when they will be full, the health of disks and arrays, and how long disks take.",
        fleet_variables(),
        (PROBLEMS_OPENED,),
    )
    for panel in (*_tiles(), _fullest(), _soonest(), _inodes(), _filling()):
        made.with_panel(panel)
    made.with_row(row("Health of disks", _health(), _temperatures(), _worn()))
    made.with_row(row("Arrays and pools", _arrays(), _pools()))
    made.with_row(row("Latency and use", *_latency()))
    return made


def _tiles() -> list[Panel]:
    def bad(title: str, description: str, metric: str, condition: str) -> Panel:
        return number(title, description, how_many(f"{metric} {condition}", metric), steps=NONE_IS_GOOD)

    return [
        bad("Over 90 % full", "File systems with less than a tenth left.", "rounds_disk_usage_used_ratio", "> 0.9"),
        number(
            "Full within 30 days",
            "File systems that will be full in the next thirty days if they go on growing as they do. A dash until "
            "there is history enough for a forecast.",
            how_many(f"{_FULL_IN} < {30 * _DAY}", "rounds_disk_forecast_growth_bytes_per_second"),
            steps=SOME_IS_BAD,
        ),
        bad(
            "Inodes over 90 %",
            "File systems that can hold few more files.",
            "rounds_inode_usage_used_ratio",
            "> 0.9",
        ),
        bad(
            "Disks in trouble",
            "Disks whose health is in warning or critical.",
            judged("disk_health"),
            "> 0",
        ),
        bad(
            "Degraded arrays",
            "Software RAID arrays that miss a disk, or do not run at all.",
            judged("md_arrays"),
            "== 3",
        ),
        bad("Mounts that hang", "Mounts that did not answer in time.", "rounds_hung_mounts_answers", "== 0"),
    ]


def _fullest() -> Panel:
    anchor = worst(100, "rounds_disk_usage_used_ratio")
    return rows(
        "The fullest file systems",
        "The hundred fullest, as df counts them. Growth and forecast come from the agent's own history, where it is "
        "long enough.",
        [
            anchor,
            beside("rounds_disk_usage_available_bytes", anchor),
            beside("rounds_disk_usage_size_bytes", anchor),
            beside(f"{_DAY} * rounds_disk_forecast_growth_bytes_per_second", anchor),
            beside(f"1000 * (time() + {_FULL_IN})", anchor),
        ],
        [
            Column("host", "Host", width=150),
            Column("item", "File system"),
            Column("A", "Used", unit="percentunit", look=Look.BAR, steps=FILLING, width=170, decimals=1),
            Column("B", "Available", unit="bytes", width=110),
            Column("C", "Size", unit="bytes", width=110),
            Column("D", "Growth a day", unit="bytes", width=145),
            Column("E", "Full on", unit="time:YYYY-MM-DD", width=125),
        ],
        sort_by=["-Used"],
        size=Size(24, 10),
    )


def _soonest() -> Panel:
    anchor = f"bottomk(50, max by (host, item) ({within(_FULL_IN)}))"
    return rows(
        "Forecast: full the soonest",
        "Fifty file systems. Confidence is how well the growth is explained: with little of it, a forecast is a guess.",
        [
            anchor,
            beside(f"1000 * (time() + {_FULL_IN})", anchor),
            beside("rounds_disk_forecast_confidence_ratio", anchor),
        ],
        [
            Column("host", "Host", width=140),
            Column("item", "File system"),
            Column("A", "In", unit="s", look=Look.COLOURED, steps=_SOON, width=100),
            Column("B", "Full on", unit="time:YYYY-MM-DD", width=125),
            Column("C", "Confidence", unit="percentunit", width=130),
        ],
        sort_by=["In"],
        size=Size(14, 9),
        missing="nothing fills up, or it is too early to say",
    )


def _filling() -> Panel:
    return lines(
        "How the fullest filled",
        "The ten file systems that were fullest in the time range.",
        Query(worst_over_time(10, "rounds_disk_usage_used_ratio"), "{{host}} {{item}}"),
        unit="percentunit",
        maximum=1,
        size=Size(24, 8),
    )


def _inodes() -> Panel:
    return bars(
        "Inodes in use",
        "The ten file systems with the highest share of inodes in use.",
        Query(worst(10, "rounds_inode_usage_used_ratio"), "{{host}} {{item}}"),
        decimals=1,
        unit="percentunit",
        steps=FILLING,
        maximum=1,
        size=Size(10, 9),
    )


def _health() -> Panel:
    anchor = worst(200, 'rounds_check_state{check="disk_health"}')
    numbers = (
        "temperature_celsius",
        "worn_ratio",
        "reallocated",
        "pending",
        "media_errors",
        "crc_errors",
        "spare_ratio",
    )
    return rows(
        "Health of each disk (SMART)",
        "What disks say of themselves, the worst first. A dash is something that this kind of disk does not tell.",
        [anchor, *(beside(f"rounds_disk_health_{name}", anchor) for name in numbers)],
        [
            Column("host", "Host", width=150),
            Column("item", "Disk"),
            Column("A", "State", look=Look.STATE, width=90),
            Column("B", "Temp.", unit="celsius", width=100),
            Column("C", "Worn", unit="percentunit", width=80),
            Column("D", "Reallocated", unit="short", width=135),
            Column("E", "Pending", unit="short", width=110),
            Column("F", "Media errors", unit="short", width=140),
            Column("G", "CRC errors", unit="short", width=130),
            Column("H", "Spare", unit="percentunit", width=80),
        ],
        sort_by=["-State"],
        size=Size(24, 10),
        missing="no disk is known to tell of its health",
    )


def _temperatures() -> Panel:
    return lines(
        "Temperatures of disks",
        "The ten that were hottest in the time range.",
        Query(worst_over_time(10, "rounds_disk_health_temperature_celsius"), "{{host}} {{item}}"),
        unit="celsius",
    )


def _worn() -> Panel:
    return bars(
        "Worn the most",
        "How much of the writing they were made for is done, of the eight most worn disks.",
        Query(worst(8, "rounds_disk_health_worn_ratio"), "{{host}} {{item}}"),
        unit="percentunit",
        steps=FILLING,
        maximum=1,
    )


def _arrays() -> Panel:
    anchor = worst(100, _ARRAYS, "host, check, item")
    return rows(
        "Arrays, pools and paths",
        "The worst hundred of software and hardware RAID, ZFS, btrfs, thin pools and multipath devices.",
        [anchor],
        [
            Column("host", "Host", width=160),
            Column("check", "Check", width=150),
            Column("item", "Item"),
            Column("A", "State", look=Look.STATE, width=90),
        ],
        sort_by=["-State"],
        size=HALF,
        missing="none is known",
    )


def _pools() -> Panel:
    return bars(
        "Fullest pools",
        "ZFS pools and data of LVM thin pools.",
        Query(worst(8, "rounds_zfs_space_used_ratio or rounds_thin_pools_data_used_ratio"), "{{host}} {{item}}"),
        unit="percentunit",
        steps=FILLING,
        maximum=1,
        missing="none is known",
    )


def _latency() -> list[Panel]:
    def slowest(title: str, description: str, metric: str, unit: str) -> Panel:
        return lines(title, description, Query(worst_over_time(10, metric), "{{host}} {{item}}"), unit=unit)

    return [
        slowest("Reads take", "The ten slowest in the time range.", "rounds_disk_latency_read_latency_seconds", "s"),
        slowest("Writes take", "The ten slowest in the time range.", "rounds_disk_latency_write_latency_seconds", "s"),
        slowest(
            "Busy",
            "Share of the time in which a disk had something to do; the ten busiest.",
            "rounds_disk_utilisation_busy_ratio",
            "percentunit",
        ),
        slowest("Requests in the queue", "The ten longest queues.", "rounds_disk_latency_queue", "short"),
    ]
