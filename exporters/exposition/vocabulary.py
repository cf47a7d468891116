"""Every family of `rounds_*` that is not a check's own measurement: its name, labels, help and how stable it is.

The families of measurements, `rounds_<check>_<name>[_<unit>]`, have the labels `host` and `item`.
"""

from collectors.contract import SampleType
from exporters.exposition.lines import Family, Stability

_COUNTER = SampleType.COUNTER
_NEW = Stability.EXPERIMENTAL

# Of each host.
HOST_UP = Family("rounds_host_up", "Whether the last round reached the host (1) or not (0).", labels=("host",))
HOST_INFO = Family(
    "rounds_host_info",
    "Who the host is, as the configuration has it; always 1.",
    labels=("host", "address", "role", "owner", "location", "project", "groups"),
)
HOST_SERIES = Family(
    "rounds_host_series", "Series of the host on this page, after what was left out.", labels=("host",), stability=_NEW
)
SERIES_DROPPED = Family(
    "rounds_series_dropped_total",
    "Series of the host left out because it has more than prometheus.series_per_host allows, added up over its rounds.",
    _COUNTER,
    labels=("host",),
    stability=_NEW,
)
INVENTORY_CHANGES = Family(
    "rounds_inventory_changes_total",
    "Entries of what the host is made of that came, went or became another since the agent started.",
    _COUNTER,
    labels=("host", "kind"),
    stability=_NEW,
)
LAST_CHANGE = Family(
    "rounds_inventory_last_change_timestamp_seconds",
    "When something was last found to have changed in what the host is made of.",
    labels=("host",),
    stability=_NEW,
)

# Of its rounds.
LAST_RUN = Family(
    "rounds_round_last_run_timestamp_seconds",
    "When the last round of this lane ended, well or not.",
    labels=("host", "lane"),
)
LAST_SUCCESS = Family(
    "rounds_round_last_success_timestamp_seconds",
    "When the last round of this lane that reached the host ended.",
    labels=("host", "lane"),
)
DURATION = Family(
    "rounds_round_duration_seconds", "How long the last round of this lane took.", labels=("host", "lane")
)
SECTION_DURATION = Family(
    "rounds_section_duration_seconds",
    "How long a collector's section of the round's script took on the host.",
    labels=("host", "collector"),
)
ERRORS = Family(
    "rounds_errors_total",
    "Rounds (of a whole host) and sections that gave nothing, by reason. What is harmless does not count.",
    _COUNTER,
    labels=("host", "reason"),
)

# Of its checks.
CHECK_STATE = Family(
    "rounds_check_state",
    "State of an item: 0 OK, 1 warning, 2 unknown, 3 critical.",
    labels=("host", "check", "item"),
)
NOT_CHECKED = Family(
    "rounds_check_not_checked",
    "A check that gave no state, with the reason; always 1.",
    labels=("host", "check", "reason"),
)
PROBLEM_START = Family(
    "rounds_problem_start_timestamp_seconds",
    "Since when an item is confirmed not to be well; absent while it is. The host itself is the check `reachable`.",
    labels=("host", "check", "item", "severity"),
    stability=_NEW,
)
CHECK_INFO = Family(
    "rounds_check_info",
    "What a check is, of each that is made on any host; always 1.",
    labels=("check", "title", "layer", "section"),
    stability=_NEW,
)

# Of the daily log.
DAILY_LOG_WRITTEN = Family(
    "rounds_daily_log_last_success_timestamp_seconds", "When the newest daily log was made.", stability=_NEW
)
DAILY_LOG_INFO = Family(
    "rounds_daily_log_info",
    "The day (YYYY-MM-DD) and the number of the newest daily log; always 1.",
    labels=("date", "number"),
    stability=_NEW,
)
