"""The agent itself: whether it keeps up, remembers, writes its log, and what it costs."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from deploy.dashboards.frame import RESTARTS, frame, row
from deploy.dashboards.palette import CRITICAL, NONE_IS_GOOD, OK, UNKNOWN, WARNING, yes_or_no
from deploy.dashboards.panels import Panel, Query, Size, bars, lines, number, word
from deploy.dashboards.scope import agent_variables

_HERE = 'instance=~"$instance"'
_TILE = Size(3, 4)
_THIRD = Size(8, 8)
_DAY = 86_400


def agent() -> Dashboard:
    """The watcher, watched."""
    made = frame(
        "rounds-agent",
        "rounds / Agent",
        "Whether the agent keeps up with its rounds, remembers them, writes the daily log, and what it costs.",
        agent_variables(),
        (RESTARTS,),
    )
    for panel in (*_tiles(), *_rounds(), *_memory()):
        made.with_panel(panel)
    made.with_row(row("What it costs", *_cost()))
    made.with_row(row("What a scrape brings", *_scrapes()))
    return made


def _tiles() -> list[Panel]:
    return [
        number(
            "Answers",
            "Whether Prometheus can read the agent's page.",
            f"min(up{{{_HERE}}} and on (job, instance) last_over_time(rounds_build_info{{{_HERE}}}[$__range]))",
            mappings=yes_or_no("yes", "no"),
            steps=((None, CRITICAL), (1, OK)),
            missing="no",
            size=_TILE,
        ),
        word(
            "Version",
            "Of rounds.",
            f"group by (version) (rounds_build_info{{{_HERE}}})",
            "version",
            digits=32,
            size=_TILE,
        ),
        number(
            "Runs for",
            "Since the agent was started.",
            f"time() - max(rounds_start_timestamp_seconds{{{_HERE}}})",
            unit="s",
            size=_TILE,
        ),
        number(
            "Hosts",
            "Configured hosts that are in service.",
            f'sum(rounds_hosts{{{_HERE},status="in_service"}})',
            size=_TILE,
        ),
        number(
            "Config",
            "Whether the last attempt to read the configuration succeeded; if not, the old one is in force.",
            f"min(rounds_config_last_reload_successful{{{_HERE}}})",
            mappings=yes_or_no("read", "refused"),
            steps=((None, CRITICAL), (1, OK)),
            size=_TILE,
        ),
        number(
            "History",
            "Whether the last write to the history succeeded.",
            f"min(rounds_history_writable{{{_HERE}}})",
            mappings=yes_or_no("written", "stuck"),
            steps=((None, CRITICAL), (1, OK)),
            size=_TILE,
        ),
        number(
            "Daily log",
            "How long ago the newest daily log was made. Nothing until the first has been.",
            f"time() - max(rounds_daily_log_last_success_timestamp_seconds{{{_HERE}}})",
            unit="s",
            steps=((None, OK), (1.5 * _DAY, WARNING), (2.5 * _DAY, CRITICAL)),
            missing="none yet",
            size=_TILE,
        ),
        number(
            "Lost mails",
            "Mails of the last seven days that the server refused for good.",
            f"sum(rounds_outbox_given_up{{{_HERE}}})",
            steps=NONE_IS_GOOD,
            size=_TILE,
        ),
    ]


def _rounds() -> list[Panel]:
    ended = f"rounds_round_last_run_timestamp_seconds{{{_HERE}}}"
    took = f"rounds_round_duration_seconds{{{_HERE}}}"
    return [
        lines(
            "Rounds per minute",
            "Rounds that ended in the last five minutes. Rounds quicker than Prometheus looks are seen as one.",
            Query(f"sum by (lane) (changes({ended}[5m])) / 5", "{{lane}}"),
            size=_THIRD,
        ),
        lines(
            "How long rounds take",
            "Half of the hosts' last rounds took less than the first line, 95 % less than the second.",
            Query(f"quantile by (lane) (0.5, {took})", "{{lane}}, half"),
            Query(f"quantile by (lane) (0.95, {took})", "{{lane}}, 95 %"),
            Query(f"max by (lane) ({took})", "{{lane}}, longest"),
            unit="s",
            size=_THIRD,
        ),
        lines(
            "Errors by reason",
            "Rounds and sections that gave nothing, per minute.",
            Query(f"60 * sum by (reason) (rate(rounds_errors_total{{{_HERE}}}[$__rate_interval])) > 0", "{{reason}}"),
            stacked=True,
            shades_of=UNKNOWN,
            size=_THIRD,
            missing="no error is known",
        ),
        lines(
            "Does it keep up",
            "How late the clock rang, and how long the last round waited for a thread.",
            Query(f"max(rounds_scheduler_lag_seconds{{{_HERE}}})", "clock is late"),
            Query(f"max(rounds_rounds_wait_seconds{{{_HERE}}})", "waited for a thread"),
            unit="s",
            size=_THIRD,
        ),
        lines(
            "Under way, and left out",
            "Rounds under way now; rounds left out because the one before still ran or the clock rang too late.",
            Query(f"sum(rounds_rounds_running{{{_HERE}}})", "under way"),
            Query(
                f"sum(increase(rounds_rounds_overrun_total{{{_HERE}}}[$__rate_interval]))", "left out: still running"
            ),
            Query(f"sum(increase(rounds_scheduler_missed_total{{{_HERE}}}[$__rate_interval]))", "left out: too late"),
            size=_THIRD,
        ),
    ]


def _memory() -> list[Panel]:
    failures = f"rounds_exporter_failures_total{{{_HERE}}}"
    return [
        lines(
            "History, outbox and exporters",
            "Reports that wait to be written, mails that wait to be sent, and what exporters could not do.",
            Query(f"sum(rounds_history_backlog{{{_HERE}}})", "reports to write"),
            Query(f"sum(rounds_outbox_length{{{_HERE}}})", "mails to send"),
            Query(f"sum(increase(rounds_history_dropped_total{{{_HERE}}}[$__rate_interval]))", "reports given up"),
            Query(f"sum by (exporter) (increase({failures}[$__rate_interval])) > 0", "{{exporter}} failed"),
            size=_THIRD,
        ),
    ]


def _own(expression: str) -> str:
    """Of the agents' own scrapes: every program that Prometheus reads has metrics of these names."""
    return expression.replace("{}", f"{{{_HERE}}}") + " and on (job, instance) rounds_build_info"


def _cost() -> list[Panel]:
    return [
        lines(
            "CPU",
            "Processors' time that the agent takes; 1 is a whole core.",
            Query(
                _own("rate(process_cpu_seconds_total{}[$__rate_interval])"),
                "{{instance}}",
            ),
            unit="percentunit",
            size=_THIRD,
        ),
        lines(
            "Memory",
            "Resident memory of the agent.",
            Query(_own("process_resident_memory_bytes{}"), "{{instance}}"),
            unit="bytes",
            size=_THIRD,
        ),
        lines(
            "Open files",
            "Files and connections that are open, as a share of how many may be.",
            Query(_own("process_open_fds{} / process_max_fds{}"), "{{instance}}"),
            unit="percentunit",
            size=_THIRD,
        ),
    ]


def _scrapes() -> list[Panel]:
    return [
        lines(
            "How long a scrape takes",
            "As Prometheus sees it: rendering, sending and reading.",
            Query(_own("scrape_duration_seconds{}"), "{{instance}}"),
            unit="s",
            size=_THIRD,
        ),
        lines(
            "Series on the page",
            "All of it, and what was left out because a host had too many, per interval.",
            Query(_own("scrape_samples_scraped{}"), "series"),
            Query(f"sum(increase(rounds_series_dropped_total{{{_HERE}}}[$__rate_interval]))", "left out"),
            size=_THIRD,
        ),
        bars(
            "Hosts with the most series",
            "The eight hosts that bring the most; prometheus.series_per_host is the limit.",
            Query(f"topk(8, rounds_host_series{{{_HERE}}})", "{{host}}"),
            size=_THIRD,
        ),
    ]
