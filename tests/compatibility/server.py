"""Asking a Prometheus over its HTTP API."""

import json
import urllib.parse
import urllib.request
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tests.compatibility.judgement import Matrix

TARGET_LABELS = frozenset(("__name__", "job", "instance", "host", "group", "project", "role", "location", "owner"))
"""What names the target, or the metric that the query names anyway: no part of what is compared."""


class Refused(Exception):
    """Prometheus does not take the query; the message is its own."""


@dataclass(frozen=True, slots=True)
class Prometheus:
    """One server."""

    url: str

    def up(self, job: str) -> Collection[str]:
        """The instances of `job` that answer their scrapes."""
        found = self._get("query", query=f'up{{job="{job}"}} == 1')["result"]
        return {series["metric"]["instance"] for series in found}

    def scrapes(self, job: str, seconds: int) -> int:
        """How many times the least scraped target of `job` answered in the last `seconds`."""
        found = self._get("query", query=f'min(sum_over_time(up{{job="{job}"}}[{seconds}s]))')["result"]
        return int(float(found[0]["value"][1])) if found else 0

    def types(self) -> Mapping[str, str]:
        """The type of every metric, as its exporter declares it."""
        return {name: told[0]["type"] for name, told in self._get("metadata").items()}

    def version(self) -> str:
        """Its version."""
        return str(self._get("status/buildinfo")["version"])

    def matrix(self, expression: str, start: float, end: float, step: float) -> Matrix:
        """What an expression says from `start` to `end`, without the labels of the target. Raises `Refused`."""
        data = self._get("query_range", query=expression, start=f"{start:.3f}", end=f"{end:.3f}", step=f"{step:g}")
        if data["resultType"] != "matrix":
            raise Refused(f"a {data['resultType']}")
        return {
            frozenset((name, value) for name, value in series["metric"].items() if name not in TARGET_LABELS): [
                (float(time), float(value)) for time, value in series["values"] if value not in ("NaN", "+Inf", "-Inf")
            ]
            for series in data["result"]
        }

    def _get(self, what: str, **parameters: str) -> Any:
        request = f"{self.url}/api/v1/{what}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise Refused(json.load(error).get("error", error.reason)) from error
