import platform
from dataclasses import replace

from pydantic import TypeAdapter

from collectors import operating_system
from collectors.operating_system import REMEMBERED, IdentityChange, OperatingSystem, compare, parse
from tests.collectors.in_shells import every_shell, printed

WEB = OperatingSystem("web-01", "(none)", "Linux", "6.1.0", "#1 SMP", "x86_64", "aaaa", "kvm", None, 1000.0)


@every_shell
def test_the_probe_names_this_machine(shell: list[str]) -> None:
    facts = parse(printed(operating_system.COLLECTOR, shell))
    uname = platform.uname()
    assert (facts.hostname, facts.kernel, facts.kernel_release) == (uname.node, uname.system, uname.release)
    assert (facts.kernel_version, facts.architecture) == (uname.version, uname.machine)
    assert facts.release is not None
    assert facts.release.id == platform.freedesktop_os_release()["ID"]
    assert facts.asked_at == 1795280400.25


def test_the_machine_id_is_not_given_away() -> None:
    text = (
        "hostname a\ndomainname b\nkernel Linux\nrelease 6\nversion 1\nmachine_id {}\nasked_at 1\n"
        "architecture x86_64\n== os-release\n"
    )
    one, other = (parse(text.format(digit * 32)) for digit in "01")
    assert one.machine
    assert one.machine != other.machine
    assert "0" * 32 not in repr(one)
    assert parse(text.format("")).machine is None


def test_changes_are_seen_once_and_carried_on() -> None:
    renamed = compare(WEB, replace(WEB, hostname="web-02", asked_at=2000.0))
    assert renamed.changes == (IdentityChange("hostname", "web-01", "web-02", 2000.0),)
    later = compare(renamed, replace(WEB, hostname="web-02", machine="bbbb", asked_at=3000.0))
    assert later.changes == (*renamed.changes, IdentityChange("machine", "aaaa", "bbbb", 3000.0))
    assert compare(later, replace(later, changes=())).changes == later.changes


def test_another_machine_is_noticed_although_the_agent_restarted() -> None:
    assert operating_system.COLLECTOR.keep_facts
    adapter = TypeAdapter(OperatingSystem)
    after = compare(adapter.validate_json(adapter.dump_json(WEB)), replace(WEB, machine="bbbb", asked_at=2000.0))
    assert after.changes == (IdentityChange("machine", "aaaa", "bbbb", 2000.0),)


def test_a_machine_id_that_was_unknown_is_no_change() -> None:
    assert compare(replace(WEB, machine=None), WEB).changes == ()
    assert compare(WEB, replace(WEB, machine=None)).changes == ()


def test_changes_are_bounded() -> None:
    facts = WEB
    for n in range(50):
        facts = compare(facts, replace(WEB, hostname=f"web-{n % 2}", asked_at=float(n)))
    assert len(facts.changes) == REMEMBERED
    assert facts.changes[-1].seen_at == 49.0
