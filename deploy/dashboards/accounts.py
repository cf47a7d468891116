"""Accounts and access: who may log in, who tried to, and what changed."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from deploy.dashboards.frame import CHANGES, PROBLEMS_OPENED, frame, row
from deploy.dashboards.palette import NONE_IS_GOOD, SOME_IS_BAD
from deploy.dashboards.panels import Panel, Query, Size, bars, lines, number
from deploy.dashboards.scope import fleet_variables, how_many, judged, total, worst, worst_over_time
from deploy.dashboards.tables import HOW_MANY, Column, Look, matrix, rows

_SECURITY = (
    "account_changes|audit_daemon|authorized_keys_drift|empty_passwords|expired_accounts|failed_logins|firewall|"
    "idle_accounts|listening_ports|lockout_policy|logged_in_users|log_retention|password_age|password_policy|"
    "sshd_settings|sudoers_drift|superusers"
)
_FAILED = 'rounds_failed_logins_failed_last_hour{item="total"}'
_BROKEN_IN = judged("failed_logins", "success")
_SHADOW = "passwords"
"""The item that says whether /etc/shadow could be looked at."""


def accounts() -> Dashboard:
    """Of all hosts. There is no check of certificates yet, so none is shown."""
    made = frame(
        "rounds-accounts",
        "rounds / Accounts and access",
        "Logins that failed, accounts, keys, sudo rules and policies. Certificates are not checked yet: none is shown.",
        fleet_variables(),
        (PROBLEMS_OPENED, CHANGES),
    )
    for panel in (*_tiles(), _map(), _failed(), _sources()):
        made.with_panel(panel)
    made.with_row(row("Accounts", _idle(), _passwords()))
    made.with_row(row("What may be done, and from where", _privileges(), _sessions()))
    return made


def _worst_of(check: str) -> str:
    return f"max by (job, instance, host) ({judged(check)})"


def _tiles() -> list[Panel]:
    return [
        number(
            "Failed logins, 1 h",
            "In the last hour, added up over the hosts chosen.",
            total(_FAILED),
        ),
        number(
            "Failed, then got in",
            "Hosts on which a login succeeded after many that failed from the same place.",
            how_many(f"{_BROKEN_IN} > 0", _BROKEN_IN),
            steps=NONE_IS_GOOD,
        ),
        number(
            "Empty passwords",
            "Accounts that anybody may log in to.",
            total("rounds_empty_passwords_empty", judged("empty_passwords", _SHADOW)),
            steps=NONE_IS_GOOD,
        ),
        number(
            "Changed accounts",
            "Hosts whose accounts are not those that were approved.",
            how_many(f"{_worst_of('account_changes')} > 0", _worst_of("account_changes")),
            steps=SOME_IS_BAD,
        ),
        number(
            "Expired accounts",
            "Accounts that have expired and are still there.",
            how_many("rounds_expired_accounts_expired_seconds > 0", judged("expired_accounts", _SHADOW)),
            steps=SOME_IS_BAD,
        ),
        number(
            "Firewalls not well",
            "Hosts whose firewall is absent, lets everything in, or was changed.",
            how_many(f"{_worst_of('firewall')} > 0", _worst_of("firewall")),
            steps=SOME_IS_BAD,
        ),
    ]


def _map() -> Panel:
    checks = f'rounds_check_state{{check=~"{_SECURITY}"}}'
    return matrix(
        "State map: hosts by checks of access and security",
        "The hundred worst hosts of those that were reached, the worst first: the worst state of each check. A dash "
        "was not checked.",
        f"sort_desc(max by (host, check) ({checks}) and on (host) {worst(100, checks, 'host')})",
        row="host",
        column="check",
        columns=_SECURITY.split("|"),
        size=Size(24, 10),
    )


def _sources() -> Panel:
    return bars(
        "Hosts with the most failed logins",
        "In the last day; the ten that were tried the most.",
        Query(worst(10, 'rounds_failed_logins_failed_last_day{item="total"}', "host"), "{{host}}"),
        size=Size(8, 9),
        missing="no failed login is known",
    )


def _failed() -> Panel:
    return lines(
        "Failed logins over time",
        "In the hour before each point; the ten hosts that were tried the most.",
        Query(worst_over_time(10, _FAILED, "host"), "{{host}}"),
        size=Size(16, 9),
        missing="no failed login is known",
    )


def _idle() -> Panel:
    return rows(
        "Accounts nobody uses",
        f"The {HOW_MANY} accounts that have not logged in for the longest time.",
        [worst(HOW_MANY, "rounds_idle_accounts_idle_seconds")],
        [Column("host", "Host"), Column("item", "Account"), Column("A", "Not used for", unit="s", width=145)],
        sort_by=["-Not used for"],
    )


def _passwords() -> Panel:
    return rows(
        "Oldest passwords",
        f"The {HOW_MANY} that were not changed for the longest time.",
        [worst(HOW_MANY, "rounds_password_age_age_seconds")],
        [Column("host", "Host"), Column("item", "Account"), Column("A", "Password is old", unit="s", width=160)],
        sort_by=["-Password is old"],
    )


def _privileges() -> Panel:
    checks = 'rounds_check_state{check=~"superusers|sudoers_drift|authorized_keys_drift|sshd_settings"} > 0'
    return rows(
        "Superusers, sudo, keys and SSH settings that are not as approved",
        "The worst first.",
        [worst(HOW_MANY, checks, "host, check, item")],
        [
            Column("host", "Host"),
            Column("check", "Check", width=180),
            Column("item", "Item"),
            Column("A", "State", look=Look.STATE, width=90),
        ],
        sort_by=["-State"],
        missing="none is known",
    )


def _sessions() -> Panel:
    return lines(
        "Logged in",
        "Sessions on all hosts chosen, and those of root.",
        Query(total("rounds_logged_in_users_logins"), "sessions"),
        Query(total("rounds_logged_in_users_root_logins"), "of root"),
    )
