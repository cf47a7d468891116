"""Which addresses are one client."""

import pytest

from agent.web.sources import HOME, NOWHERE, source


@pytest.mark.parametrize(
    ("address", "counts_for"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("127.0.0.9", HOME),
        ("::1", HOME),
        ("::ffff:127.0.0.1", HOME),
        ("whatever was said", NOWHERE),
        ("", NOWHERE),
    ],
)
def test_what_an_address_counts_for(address: str, counts_for: str) -> None:
    assert source(address) == counts_for
