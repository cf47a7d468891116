"""Every label that a `rounds_*` family may have, and what its values are bounded by."""

from collections.abc import Mapping

from checks.contract import Layer, Section, State
from collectors.contract import Kind, Reason
from exporters.contract import Lane
from exporters.exposition.family import Family

SEVERITIES: Mapping[State, str] = {State.WARN: "warning", State.UNKNOWN: "unknown", State.CRIT: "critical"}
"""The label `severity` of a problem."""

CLOSED: Mapping[str, tuple[str, ...]] = {
    "kind": tuple(Kind),
    "lane": tuple(Lane),
    "layer": tuple(Layer),
    "reason": tuple(Reason),
    "result": ("done", "refused"),
    "section": tuple(Section),
    "severity": tuple(SEVERITIES.values()),
    "status": ("in_service", "out_of_service"),
}
"""Labels with a list of values: it may grow, and no value is ever renamed."""

OF_THEIR_OWN: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("rounds_web_requests_refused_total", "reason"): (
        "foreign_name",
        "foreign_origin",
        "too_long",
        "rate_limited",
        "no_credentials",
        "wrong_password",
        "wrong_token",
        "missing_scope",
        "too_many_logins",
        "tls_handshake",
        "wrong_certificate",
        "malformed",
        "too_slow",
        "too_many_connections",
    ),
}
"""The same where a family has a list of its own."""

OPEN: Mapping[str, str] = {
    "address": "one for each host",
    "check": "the names of the checks, see [Checks](checks.md); `reachable` is the host itself",
    "collector": "the names of the collectors, see [Collectors](collectors.md)",
    "date": "one at a time",
    "exporter": "the names of the exporters",
    "groups": "one for each host: its groups, with commas between them",
    "host": "the names of the hosts in config.yaml",
    "item": "what a check finds on a host, at most 200 characters; how many, `prometheus.series_per_host` bounds",
    "location": "one for each host",
    "number": "one at a time",
    "owner": "one for each host",
    "project": "one for each host",
    "python": "one at a time",
    "role": "one for each host",
    "title": "one for each check",
    "title_zh": "one for each check",
    "version": "one at a time",
}
"""The others, with what bounds them."""


def closed_values(family: Family, label: str) -> tuple[str, ...] | None:
    """The values that a label of a family may have; None where there is no list."""
    return OF_THEIR_OWN.get((family.name, label), CLOSED.get(label))
