"""What is not YAML, or not a file at all."""

import os
import time
from pathlib import Path

import pytest

from agent.config import ConfigError, load
from tests.agent.small_catalogue import SMALL
from tests.agent.written_config import HEAD, config, problems, write

BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 40)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "config.yaml: the file is empty; it needs at least system: and hosts:"),
        ("# only a comment\n", "config.yaml: the file is empty"),
        ("- a\n- b\n", "config.yaml:1: expected keys such as system: and hosts:"),
        ("just words\n", "config.yaml:1: expected keys such as"),
        ("system: a\nhosts:\n\t- b\n", "config.yaml:3: a tab is used to indent; YAML wants spaces"),
        ("system: @home\n", "config.yaml:1: a value that begins with @ belongs in quotes"),
        ("system: a: b\n", "config.yaml:1: not YAML: a second ':' here"),
        ("system: [a\n", "config.yaml:2: not YAML: did not find expected ',' or ']'"),
        ("system: 'a\n", "config.yaml:2: not YAML: found unexpected end of stream"),
        ("files: *.gz\n", "config.yaml:1: text that begins with * or & belongs in quotes"),
        ("files: *gz\n", "config.yaml:1: this alias (*) names no anchor (&) before it"),
        ("a: 1\n---\nb: 2\n", "config.yaml:2: a second document begins here"),
        ("a: 1\nb: \x00\n", "config.yaml:2: a control character (U+0000) does not belong"),
        ("a: 1\nb: \x1b[31m\n", "config.yaml:2: a control character (U+001B) does not belong"),
        ("a: 1\nb: \u2028\n", "config.yaml:2: a control character (U+2028) does not belong"),
        (b"a: 1\nb: \xff\n", "config.yaml:2: not UTF-8 text (byte 0xff); save the file as UTF-8"),
        ("a: 1".encode("utf-16"), "config.yaml:1: not UTF-8 text (byte 0xff)"),
        ("a: " + "[" * 100_000, "config.yaml:1: nested more than 32 levels deep"),
        ("a: &a [*a]\n", "config.yaml:1: a[0][0][0]: aliases (*) make this far too big"),
        (BOMB, "aliases (*) make this far too big"),
        (b"#" * (9 * 1024 * 1024), "config.yaml: larger than 8 MiB"),
    ],
)
def test_what_cannot_be_read_at_all_is_one_problem(tmp_path: Path, text: str | bytes, said: str) -> None:
    began = time.monotonic()
    (found,) = problems(tmp_path, text)
    assert said in found
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("web: {listen: '[::1]:1', listen: '[::1]:2'}", "web.listen: written twice; it is on line 4 already"),
        ("1: x", "the key '1' is not text; put it in quotes if it is meant as text"),
        ("yes: x", "the key 'yes' is not text"),
        ("? [a, b]\n: x", "the key is not text"),
        ("person_on_duty: !!binary aGk=", "person_on_duty: the tag !!binary is not used here"),
        (
            "person_on_duty: !!python/object/apply:os.system [ls]",
            "person_on_duty: the tag !!python/object/apply:os.system",
        ),
        ("rounds: {at_once: " + "9" * 5000 + "}", "rounds.at_once: '9999"),
        ("rounds: {at_once: !!int many}", "rounds.at_once: 'many' cannot be read as !!int"),
        ('person_on_duty: "\\0"', "person_on_duty: this text holds a character that no system can store"),
        ("web: {<<: 5}", 'web."<<": expected keys and values to take over'),
    ],
)
def test_what_can_be_stepped_over_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    found = problems(tmp_path, HEAD + text)
    assert any(f"config.yaml:4: {said}" in one for one in found), found


def test_reading_goes_on_after_a_key_written_twice(tmp_path: Path) -> None:
    found = problems(tmp_path, HEAD + "web: {}\nweb: {}\nrounds: {at_once: 0}\n")
    assert [one.split(": ")[1] for one in found] == ["web", "rounds.at_once"]


def test_times_and_dates_and_leading_zeros_stay_text(tmp_path: Path) -> None:
    read = config(tmp_path, HEAD.replace("Portal", "18:30") + "person_on_duty: 2026-01-01\n")
    assert (read.system, read.person_on_duty) == ("18:30", "2026-01-01")
    assert "expected a whole number, not '022'" in problems(tmp_path, HEAD + "ssh: {port: 022}")[0]


def test_anchors_and_merge_keys_are_understood(tmp_path: Path) -> None:
    text = """\
        system: Portal
        hosts:
          - &first {name: a, transport: local, owner: Anna, role: web}
          - {<<: *first, name: b, role: db}
        """
    hosts = config(tmp_path, text).hosts
    assert [(host.name, host.owner, host.role) for host in hosts] == [("a", "Anna", "web"), ("b", "Anna", "db")]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    assert config(tmp_path, b"\xef\xbb\xbf" + HEAD.replace("\n", "\r\n").encode()).system == "Portal"


def said_of(path: Path) -> str:
    with pytest.raises(ConfigError) as error:
        load(path, plugins=SMALL)
    return str(error.value)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert said_of(tmp_path / "nowhere.yaml") == f"{tmp_path}/nowhere.yaml: no such file"
    assert said_of(tmp_path) == f"{tmp_path}: this is a folder, not a file"
    write(tmp_path, HEAD)
    assert said_of(tmp_path) == f"{tmp_path}: this is a folder, not a file; did you mean {tmp_path}/config.yaml?"
    assert "cannot be read: " in said_of(write(tmp_path, HEAD) / "below")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD)
    path.chmod(0)
    assert said_of(path) == f"{path}: cannot be read: Permission denied"


def test_five_thousand_hosts_are_read_in_seconds(tmp_path: Path) -> None:
    host = (
        "  - {{name: web-{0}, address: 10.0.0.1, groups: [g], checks: {{fullness: {{used_percent: {{warn: 70}}}}}}}}\n"
    )
    text = "system: Portal\ngroups: {g: {owner: Anna, agent: true}}\nhosts:\n" + "".join(
        host.format(i) for i in range(5000)
    )
    began = time.monotonic()
    read = config(tmp_path, text)
    assert len(read.hosts) == 5000
    assert time.monotonic() - began < 20
