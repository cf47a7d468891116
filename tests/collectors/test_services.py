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


def shown(name: str, active: str = "failed", load: str = "loaded") -> str:
    return f"Id={name}\nLoadState={load}\nActiveState={active}\nSubState={active}\n"


def test_what_failed_comes_after_what_was_asked_for() -> None:
    facts = parse(f"== asked\na\n== units\n{shown('a.service')}\n{shown('b.mount')}\n{shown('a.service')}")
    assert [(unit.asked, unit.unit.name) for unit in facts.asked] == [("a", "a.service")]
    assert [unit.name for unit in facts.failed] == ["b.mount", "a.service"]


def test_nothing_failed_and_nothing_asked() -> None:
    assert parse("== asked\n== units\n") == services.Services(systemd=True)


def test_fewer_units_than_names() -> None:
    assert parse(f"== asked\na\n== units\n{shown('a.service', 'active')}").asked[0].asked == "a"
    with pytest.raises(UnreadableOutput, match="2 units"):
        parse(f"== asked\na\nb\n== units\n{shown('a.service', 'active')}")


def test_a_unit_that_is_listed_twice_is_one() -> None:
    assert len(parse(f"== asked\n== units\n{shown('a.service')}\n{shown('a.service')}").failed) == 1
    with pytest.raises(UnreadableOutput, match="once"):
        parse(f"== asked\n== units\n{shown('a.service')}\n{shown('a.service', load='not-found')}")


def test_a_state_that_was_not_asked_for_is_refused() -> None:
    """A systemctl that took no heed of --state would call everything failed."""
    with pytest.raises(UnreadableOutput, match=r"a\.service active"):
        parse(f"== asked\n== units\n{shown('a.service', 'active')}")


def test_a_refusal_is_no_unit() -> None:
    with pytest.raises(NoPermission, match="Access denied"):
        parse("== asked\n== units\nFailed to list units: Access denied\n")


def test_failed_services_that_a_timer_starts() -> None:
    states = "LoadState=loaded\nActiveState=failed\nSubState=failed\n"
    text = f"Id=a.service\n{states}TriggeredBy=x.socket a.timer\n\nId=b.service\n{states}TriggeredBy=b.socket\n"
    assert parse(f"== asked\n== units\n{text}").timed == ("a.service",)
    assert parse(f"== asked\n== units\nId=c.mount\n{states}").timed == ()
