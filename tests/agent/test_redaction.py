"""What identifies a host or a person is replaced, and what only looks like it stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.redaction import Redaction


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("inet 10.20.30.40/24", "inet 192.0.2.1/24"),
        ("10.0.0.1 10.0.0.2 10.0.0.1", "192.0.2.1 192.0.2.2 192.0.2.1"),
        ("0.0.0.0:22 127.0.0.1:25 255.255.255.0", "0.0.0.0:22 127.0.0.1:25 255.255.255.0"),
        ("kernel 5.10.0.300 4.19.0-1.2.3.4.5", "kernel 5.10.0.300 4.19.0-1.2.3.4.5"),
        ("inet6 fe80::1c2b:3dff:fe4e:5f60%eth0", "inet6 2001:db8::1%eth0"),
        ("inet6 2400:3200:baba::1/64 ::1", "inet6 2001:db8::1/64 ::1"),
        ("[2400:3200::1]:22", "[2001:db8::1]:22"),
        ("10:15:32 up 3 days, 12:34", "10:15:32 up 3 days, 12:34"),
        ("24 25 8:1 / / rw", "24 25 8:1 / / rw"),
        ("link/ether 52:54:00:AB:cd:01", "link/ether 02:00:00:00:00:01"),
        ("lo 00:00:00:00:00:00 brd ff:ff:ff:ff:ff:ff", "lo 00:00:00:00:00:00 brd ff:ff:ff:ff:ff:ff"),
        ("ib0 80:00:02:08:fe:80:00:00:00:00:00:00:00:02:c9:03:00:0e:9a:11", "ib0 02:00:00:00:00:01"),
        ("UUID=3E6be9de-8139-11d1-9106-a43f08d823a6 /", "UUID=00000000-0000-0000-0000-000000000001 /"),
        ("machine 4b998e01aabbccddeeff001122334455", "machine 00000000000000000000000000000001"),
        ("fe800000000000001c2b3dfffe4e5f60 02 40", "00000000000000000000000000000001 02 40"),
        ("root:$6$rounds=5000$saltsalt$Zz9/abcdefghijklmnop.:19000:", "root:$hash$1:19000:"),
        ("x:$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7:", "x:$hash$1:"),
        ("x:$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW:", "x:$hash$1:"),
        ("mailto Li.Ming+ops@corp.example.cn", "mailto person-1@example.org"),
        ("postgresql@15-main.service getty@tty1.service", "postgresql@15-main.service getty@tty1.service"),
        ("/home/liming/backup /home/liming/x /home/wang", "/home/user-1/backup /home/user-1/x /home/user-2"),
        ("WEB-01 web-01.corp.example web-012 my-web-01", "name-1 name-1.name-2 web-012 my-web-01"),
        ("root@localhost rounds-agent", "root@localhost rounds-agent"),
    ],
)
def test_what_identifies_is_replaced(text: str, expected: str) -> None:
    assert Redaction(["web-01", "root", "localhost", "corp.example"])(text) == expected


def test_the_same_stays_the_same_across_texts_and_kinds_do_not_meet() -> None:
    redact = Redaction(["web-01"])
    assert redact("10.0.0.9 web-01") == "192.0.2.1 name-1"
    redact.also(["db.corp.example", "db"])
    assert redact("db.corp.example db web-01 10.0.0.8 10.0.0.9") == "name-2 name-3 name-1 192.0.2.2 192.0.2.1"


def test_many_addresses_stay_different() -> None:
    redact = Redaction([])
    replaced = {redact(f"10.0.{a}.{b}") for a in range(3) for b in range(1, 250)}
    assert len(replaced) == 3 * 249


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    redact = Redaction(["web-01", "10.0.0.1", "[odd", "a|b"])
    assert redact(text).count("\n") == text.count("\n")
