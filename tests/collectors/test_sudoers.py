from pathlib import Path

import pytest

from collectors import sudoers
from collectors.contract import UnreadableOutput
from collectors.sudoers import Rule, parse
from tests.collectors.commands import Commands
from tests.collectors.in_shells import every_shell, printed

SAID = r"""
alice ALL = /usr/bin/mysqldump -uroot -pPlantedSecret db,\
    /usr/bin/mysql --password PlantedSecret, /usr/bin/mysql --password\=PlantedSecret -p,\
    /usr/bin/curl -H Authorization\: Bearer PlantedSecret https\://me\:PlantedSecret@example.org/,\
    /usr/bin/curl -u me\:PlantedSecret, /usr/bin/env API_TOKEN\=PlantedSecret -passphrase PlantedSecret x
bob ALL = (root) NOPASSWD: NOEXEC: /usr/bin/passwd bob, /bin/mkdir -p /srv/x
"""


@every_shell
def test_what_looks_like_a_secret_stays_on_the_host(
    shell: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/etc/sudoers").exists():
        pytest.skip("no sudo here")
    commands = Commands(tmp_path / "bin", monkeypatch)
    commands.add("cvtsudoers", f"cat <<'END'{SAID}END")
    said = printed(commands.in_place(sudoers.COLLECTOR), shell)
    assert "PlantedSecret" not in said
    alice, bob = parse(said).rules
    assert alice.text.startswith("ALL = /usr/bin/mysqldump -uroot -p... db, /usr/bin/mysql --password ...,")
    assert alice.text.endswith("/usr/bin/env API_TOKEN\\=... -p... ... x")
    assert bob == Rule("bob", "ALL = (root) NOPASSWD: NOEXEC: /usr/bin/passwd bob, /bin/mkdir -p /srv/x")


def rules(line: str) -> list[tuple[str, str]]:
    return [(rule.who, rule.text) for rule in parse(f"== rules\n{line}\n== end 0\n== files\n").rules]


def test_users() -> None:
    assert rules("alice, %ops ALL = ALL") == [("alice", "ALL = ALL"), ("%ops", "ALL = ALL")]
    assert rules(r"EX\\domain\ user a, b = ALL") == [(r"EX\\domain\ user", "a, b = ALL")]
    assert rules('"%domain users", #1001 ALL = ALL') == [('"%domain users"', "ALL = ALL"), ("#1001", "ALL = ALL")]
    assert rules("Defaults:eve !requiretty") == [("Defaults", ":eve !requiretty")]


@pytest.mark.parametrize("line", ["alice", "= ALL", "alice = ALL", "alice, ALL = ALL", "nonsense = "])
def test_no_rule(line: str) -> None:
    with pytest.raises(UnreadableOutput):
        rules(line)
