"""Every family of `rounds_*` that is not a check's own measurement: its name, labels, help and how stable it is.

The families of measurements, `rounds_<check>_<name>[_<unit>]`, have the labels `host` and `item`.
"""

from collectors.contract import SampleType
from exporters.exposition.family import Family, Stability

_COUNTER = SampleType.COUNTER
_NEW = Stability.EXPERIMENTAL

# Of each host.
HOST_UP = Family("rounds_host_up", "Whether the last round reached the host (1) or not (0).", labels=("host",))
HOST_INFO = Family(
    "rounds_host_info",
    "Who the host is, as the configuration has it; always 1.",
    labels=("host", "address", "role", "owner", "location", "project", "groups"),
)
HOST_STATE = Family(
    "rounds_host_state",
    "The worst state of the host's checks: 0 OK, 1 warning, 2 unknown, 3 critical. One that is not reached is unknown.",
    labels=("host",),
    stability=_NEW,
)
HOST_SECTION_STATE = Family(
    "rounds_host_section_state",
    "The worst state of the host's checks in a section of the manual; one that could not be made is unknown.",
    labels=("host", "section"),
    stability=_NEW,
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
    labels=("check", "title", "title_zh", "layer", "section"),
    stability=_NEW,
)

# Of the agent.
BUILD_INFO = Family("rounds_build_info", "The version of rounds and of Python; always 1.", labels=("version", "python"))
START = Family("rounds_start_timestamp_seconds", "When the agent started: then its counters began at 0.")
HOSTS = Family("rounds_hosts", "Configured hosts.", labels=("status",))
HOSTS_OVERDUE = Family(
    "rounds_hosts_overdue",
    "Hosts that answered, and had no round for three beats: nothing of them is told until they have one.",
    stability=_NEW,
)
RELOAD_SUCCESSFUL = Family(
    "rounds_config_last_reload_successful", "Whether the last attempt to read the configuration succeeded."
)
RELOADED = Family(
    "rounds_config_last_reload_success_timestamp_seconds", "When the configuration was last read successfully."
)
SCHEDULER_LAG = Family("rounds_scheduler_lag_seconds", "How late the clock last rang.")
SCHEDULER_MISSED = Family("rounds_scheduler_missed_total", "Rings that came too late to be followed.", _COUNTER)
ROUNDS_RUNNING = Family("rounds_rounds_running", "Rounds under way.")
ROUNDS_WAIT = Family("rounds_rounds_wait_seconds", "How long the last round waited for a thread.")
ROUNDS_OVERRUN = Family("rounds_rounds_overrun_total", "Rounds left out because the one before still ran.", _COUNTER)
HISTORY_BACKLOG = Family("rounds_history_backlog", "Reports that wait to be written to the history.")
HISTORY_DROPPED = Family("rounds_history_dropped_total", "Reports given up because the history was stuck.", _COUNTER)
HISTORY_WRITABLE = Family("rounds_history_writable", "Whether the last write succeeded.")
HISTORY_WRITTEN = Family("rounds_history_last_write_timestamp_seconds", "When the history was last written.")
OUTBOX_LENGTH = Family("rounds_outbox_length", "Mails that wait to be sent.")
OUTBOX_GIVEN_UP = Family(
    "rounds_outbox_given_up",
    "Mails that the server refused for good in the last seven days, and that nobody sent again.",
)
EXPORTER_FAILURES = Family(
    "rounds_exporter_failures_total", "What an exporter could not do.", _COUNTER, labels=("exporter",)
)
PROBES = Family(
    "rounds_probes_total",
    "Probes asked for at /probe, by what became of them: done (well or not) or refused.",
    _COUNTER,
    labels=("result",),
    stability=_NEW,
)
WEB_RELOAD_SUCCESSFUL = Family(
    "rounds_web_config_last_reload_successful",
    "Whether the last attempt to read web.config.yml succeeded.",
    stability=_NEW,
)
WEB_RELOADED = Family(
    "rounds_web_config_last_reload_success_timestamp_seconds",
    "When web.config.yml was last read successfully.",
    stability=_NEW,
)
CERTIFICATE_ENDS = Family(
    "rounds_web_certificate_not_after_timestamp_seconds",
    "When the certificate that the agent shows ends.",
    stability=_NEW,
)
REFUSED = Family(
    "rounds_web_requests_refused_total",
    "Requests and connections that the web side turned away.",
    _COUNTER,
    labels=("reason",),
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
DAILY_LOG_DUE = Family(
    "rounds_daily_log_due_timestamp_seconds",
    "When the first daily log that is not made yet is due, or was; absent before the first round.",
    stability=_NEW,
)

FAMILIES = tuple(family for family in globals().copy().values() if isinstance(family, Family))
"""All of them."""
