import os
import pwd
import shlex
import shutil
import subprocess
from dataclasses import replace

import pytest

from collectors import accounts
from collectors.account_files import Password, login_records
from collectors.account_files.reduced import PASSWD, SHADOW
from collectors.accounts import compare, inventory, parse
from collectors.contract import UnreadableOutput
from tests.collectors.in_shells import every_shell, printed

SCHEMES = {
    "": (Password.EMPTY, None),
    "*": (Password.NONE, None),
    "!": (Password.NONE, None),
    "!!": (Password.NONE, None),
    "!*": (Password.NONE, None),
    "*LK*": (Password.NONE, None),
    "x": (Password.NONE, None),
    "NP": (Password.NONE, None),
    "$y$j9T$PlantedSalt$PlantedHash0": (Password.SET, "yescrypt"),
    "$gy$j9T$PlantedSalt$PlantedHash": (Password.SET, "gost-yescrypt"),
    "$6$rounds=5000$PlantedSalt$Hash": (Password.SET, "sha512"),
    "$5$PlantedSalt$PlantedHash": (Password.SET, "sha256"),
    "$2b$10$PlantedSaltPlantedHash": (Password.SET, "bcrypt"),
    "$1$Planted0$PlantedHash": (Password.SET, "md5"),
    "$md5,rounds=904$PlantedSalt$Hash": (Password.SET, "other"),
    "PlantedDesHas": (Password.SET, "des"),
    "_PlantedOfBsdiHashes": (Password.SET, "bsdi-des"),
    "!$6$PlantedSalt$PlantedHash": (Password.LOCKED, "sha512"),
    "!!$y$j9T$PlantedSalt$PlantedHas": (Password.LOCKED, "yescrypt"),
    "!PlantedDesHas": (Password.LOCKED, "des"),
}
AWKS = ["mawk", "gawk", "original-awk", "busybox awk"]


def reduced(awk: str, program: str, lines: str) -> str:
    if not shutil.which(awk.split(maxsplit=1)[0]):
        pytest.skip(f"no {awk} here")
    command = [*shlex.split(awk), "-F:", program]
    return subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout


def answer(passwd: str, shadow: str = "", logins: str = "", running: str = "", keys: str = "") -> str:
    return (
        f"now 1795303857\n== group\nroot:0:\nadm:4:user1,root\n== passwd\n{passwd}== shadow\n{shadow}"
        f"== logins\n{logins}== running\n{running}\n== keys\n{keys}"
    )


@pytest.mark.parametrize("awk", AWKS)
def test_of_a_hash_only_words_and_numbers_are_printed(awk: str) -> None:
    names = [f"user{number}" for number in range(len(SCHEMES))]
    shadow = "".join(f"{name}:{one}:20700:5:30:7:::\n" for name, one in zip(names, SCHEMES, strict=True))
    passwd = "".join(f"{name}:x:{1000 + n}:4:Planted Name:/home/{name}:/bin/sh\n" for n, name in enumerate(names))
    told = answer(reduced(awk, PASSWD, passwd), reduced(awk, SHADOW, shadow))
    assert "Planted" not in told
    found = {one.name: (one.password, one.scheme) for one in parse(told).accounts}
    assert found == dict(zip(names, SCHEMES.values(), strict=True))


@pytest.mark.parametrize("awk", AWKS)
def test_hashes_in_passwd_itself(awk: str) -> None:
    lines = "old:$1$Planted0$PlantedHash:1:1::/:/bin/sh\nopen::2:2::/:\noff:*:3:3::/:/bin/sh\n+nis::::::\n"
    told = answer(reduced(awk, PASSWD, lines))
    assert "Planted" not in told
    old, empty, off = parse(told).accounts
    assert (old.password, old.scheme) == (Password.SET, "md5")
    assert (empty.password, empty.shell) == (Password.EMPTY, "/bin/sh")
    assert off.password is Password.NONE


def test_groups_the_primary_one_first() -> None:
    told = answer("user1:0:0:1::1000:4:/:/bin/sh\nroot:0:0:1::0:0:/root:/bin/sh\nlost:0:0:1::9:77:/:/bin/sh\n")
    assert [one.groups for one in parse(told).accounts] == [("adm",), ("root", "adm"), ("77",)]


def test_nothing_of_shadow_is_told_where_it_is_closed() -> None:
    denied = "== denied /usr/bin/awk -F: {print$1} /etc/shadow\n== closed\n"
    found = parse(answer("root:0:0:1::0:0:/root:/bin/sh\nopen:0:0:0::5:4:/:/bin/sh\n", denied))
    assert [one.password for one in found.accounts] == [Password.UNKNOWN, Password.EMPTY]
    assert "LOGIN ALL=(root) NOPASSWD: /usr/bin/awk" in found.closed
    assert parse(answer("root:0:0:1::0:0:/root:/bin/sh\n", "== closed\n")).closed != ""


def test_keys_closed_once_are_not_known_unless_one_was_seen() -> None:
    passwd = "".join(f"{name}:0:0:1::{n}:4:/:/bin/sh\n" for n, name in enumerate("abc"))
    found = parse(answer(passwd, keys="closed a\nclosed b\nkey b\n")).accounts
    assert [one.has_key for one in found] == [None, True, False]


def test_logins_from_every_record_the_latest_counts() -> None:
    records = login_records(
        "source lastlog 0\nalice 1795220000\nbob 0\nsource wtmpdb 2026-11-01T00:00:00+0000\n"
        "alice 2026-11-21T00:13:21+00:00\neve Nov 21 02:13:20 +0200 2026\nmax Nov  1 00:00:00 +0000 2026\n"
    )
    assert records.since == 0
    assert records.last == {"alice": 1795220001, "eve": 1795220000, "max": 1793491200}
    assert login_records("source wtmp 2026-11-01T00:00:00+01:00\n").since == 1793487600
    assert login_records("").since is None


@pytest.mark.parametrize("line", ["a", "a yesterday", "a Foo 21 00:13:20 +0000 2026", "a 2026-13-01T00:00:00+00:00"])
def test_no_time(line: str) -> None:
    with pytest.raises(UnreadableOutput):
        login_records(line)


@every_shell
def test_this_machine(shell: list[str]) -> None:
    found = {one.name: one for one in parse(printed(accounts.COLLECTOR, shell)).accounts}
    here = {one.pw_name: one for one in pwd.getpwall()}
    assert found.keys() <= here.keys()
    root = found["root"]
    assert (root.uid, root.home, root.running) == (0, here["root"].pw_dir, True)
    if os.geteuid() == 0:
        assert all(one.password is not Password.UNKNOWN for one in found.values())


def test_rights_withdrawn_change_nothing_in_the_inventory() -> None:
    passwd = "root:0:0:1::0:0:/root:/bin/sh\nuser1:0:0:1::7:4:/:/bin/sh\n"
    seen = parse(answer(passwd, "root:0:1:1::0:::::\nuser1:0:0:106:6:20778:0:99999:7::\n"))
    withdrawn = compare(seen, parse(answer(passwd, "== closed\n")))
    assert list(inventory(withdrawn)) == list(inventory(seen))
    still = compare(withdrawn, parse(answer(passwd, "== closed\n")))
    assert list(inventory(still)) == list(inventory(seen))
    assert {one.password for one in still.accounts} == {Password.UNKNOWN}, "what is not seen now is not judged"
    granted = compare(still, parse(answer(passwd, "root:0:1:1::0:::::\nuser1:1:0:106:6:20778:0:99999:7::\n")))
    told = {entry.name: entry.value for entry in inventory(granted)}
    assert told["user1"] == "uid 7, shell /bin/sh, password locked, groups adm"
    assert granted.last == ()
    never = {entry.name: entry.value for entry in inventory(parse(answer(passwd, "== closed\n")))}
    assert never["user1"] == "uid 7, shell /bin/sh, groups adm"


def test_compare_and_inventory() -> None:
    first = parse(answer("root:0:0:1::0:0:/root:/bin/sh\n", "root:0:1:1::0:::::\n"))
    second = compare(first, replace(first, accounts=()))
    assert second.first == first.accounts
    assert compare(second, first).first == first.accounts
    told = {entry.name: entry.value for entry in inventory(first)}
    assert told == {
        "root": "uid 0, shell /bin/sh, password none, groups root adm",
        "group root": "gid 0",
        "group adm": "gid 4, members root user1",
    }
