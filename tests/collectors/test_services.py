from pathlib import Path

import pytest

from collectors import services
from collectors.contract import NoPermission, NotApplicable, UnreadableOutput
from collectors.services import parse
from tests.collectors.in_shells import every_shell, printed

no_systemd = pytest.mark.skipif(Path("/run/systemd/system").exists(), reason="systemd runs here")


@every_shell
@no_systemd
def test_without_systemd_the_processes_are_named(shell: list[str]) -> None:
    facts = parse(printed(services.COLLECTOR, shell, "nginx"))
    assert not facts.systemd
    assert Path("/proc/self/comm").read_text(encoding="utf-8").strip() in facts.process_names


@every_shell
@no_systemd
def test_names_are_data(shell: list[str], tmp_path: Path) -> None:
    trap = f"x; touch {tmp_path}/executed; $(touch {tmp_path}/executed) `touch {tmp_path}/executed`"
    assert trap in printed(services.COLLECTOR, shell, trap, "-n", "*", "'")
    assert not (tmp_path / "executed").exists()


@no_systemd
def test_nothing_asked_without_systemd() -> None:
    with pytest.raises(NotApplicable, match="no systemd"):
        parse(printed(services.COLLECTOR, ["sh"]))


def test_a_process_may_bear_any_name() -> None:
    facts = parse("== asked\nnginx\n== processes\n== failed\nnginx\n== processes\n")
    assert facts.process_names == ("== failed", "nginx", "== processes")


def test_bullets_of_old_systems() -> None:
    (unit,) = parse("== failed\n● a.service loaded failed failed The A\n").failed
    assert (unit.name, unit.load, unit.active, unit.sub) == ("a.service", "loaded", "failed", "failed")


def test_fewer_units_than_names() -> None:
    block = "Id=a.service\nLoadState=loaded\nActiveState=active\nSubState=running\n"
    assert parse(f"== failed\n== asked\na\n== units\n{block}").asked[0].asked == "a"
    with pytest.raises(UnreadableOutput, match="2 units"):
        parse(f"== failed\n== asked\na\nb\n== units\n{block}")


def test_a_unit_that_is_listed_twice_is_one() -> None:
    line = "a.service loaded failed failed A\n"
    assert len(parse(f"== failed\n{line}{line}").failed) == 1
    with pytest.raises(UnreadableOutput, match="once"):
        parse(f"== failed\n{line}a.service not-found failed failed A\n")


def test_a_unit_may_be_described_with_any_word() -> None:
    (unit,) = parse("== failed\nban.service loaded failed failed Ban those who were denied\n").failed
    assert unit.name == "ban.service"
    with pytest.raises(NoPermission, match="Access denied"):
        parse("== failed\nFailed to list units: Access denied\n")
