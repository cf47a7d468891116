"""What scrapers and people ask for, and what they get."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.web.negotiation import wanted_format, wants_gzip
from exporters.exposition import Format

PROMETHEUS_2_42 = (
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
)
PROMETHEUS_2_0 = "text/plain;version=0.0.4;q=1,*/*;q=0.1"
PROMETHEUS_3 = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (PROMETHEUS_2_42, Format.OPENMETRICS),
        (PROMETHEUS_3, Format.OPENMETRICS),
        (PROMETHEUS_2_0, Format.TEXT),
        (BROWSER, Format.TEXT),
        ("", Format.TEXT),
        ("*/*", Format.TEXT),
        ("application/openmetrics-text", Format.OPENMETRICS),
        ("APPLICATION/OpenMetrics-Text; Version=1.0.0", Format.OPENMETRICS),
        ('application/openmetrics-text; version="1.0.0"', Format.OPENMETRICS),
        ("application/openmetrics-text; version=1.0.0; q=0.4, text/plain; q=0.5", Format.TEXT),
        ("application/openmetrics-text; version=1.0.0; q=0.5, text/plain; q=0.4", Format.OPENMETRICS),
        ("text/plain, application/openmetrics-text", Format.OPENMETRICS),
        ("application/openmetrics-text; version=0.0.1", Format.TEXT),
        ("application/openmetrics-text; version=2.0.0, text/plain;q=0.1", Format.TEXT),
        ("application/openmetrics-text; q=0", Format.TEXT),
        ("application/openmetrics-text; q=0, */*", Format.TEXT),
        ("application/*", Format.OPENMETRICS),
        ("application/json", Format.TEXT),
        ("application/openmetrics-text; q=much", Format.TEXT),
        (",;,=;q", Format.TEXT),
    ],
)
def test_format(accept, form):
    assert wanted_format(accept) is form


@pytest.mark.parametrize(
    ("accept_encoding", "gzipped"),
    [
        ("gzip", True), ("", False), ("identity", False), ("gzip, deflate, br", True), ("deflate, br, zstd", False),
        ("gzip;q=0", False), ("*", True), ("*;q=0", False), ("gzip;q=0, *", False), ("GZIP", True), ("x-gzip", True),
        ("identity;q=1, gzip;q=0.5", False), ("identity;q=0.5, gzip;q=1", True), ("gzip;q=nan", False),
    ],
)  # fmt: skip
def test_gzip(accept_encoding, gzipped):
    assert wants_gzip(accept_encoding) is gzipped


@given(st.text())
def test_any_header_is_answered(header):
    assert wanted_format(header) in Format
    assert wants_gzip(header) in (True, False)
