from dataclasses import replace
from pathlib import Path

import pytest

from collectors import iscsi_sessions
from collectors.contract import NotApplicable
from collectors.iscsi_sessions import IscsiSession, IscsiSessions, SeenTarget, compare, parse
from tests.collectors.in_shells import every_shell, printed
from tests.recordings_on_disk import recordings

RECORDED = {one.system: one.output for one in recordings() if one.collector == "iscsi_sessions"}
ONE = IscsiSession(1, "iqn.x", "LOGGED_IN", "192.0.2.51:3260")
TWO = replace(ONE, number=2, portal="192.0.2.52:3260")


def look(*sessions: IscsiSession) -> IscsiSessions:
    up = [s.target for s in sessions if s.is_up]
    return IscsiSessions(sessions, tuple(SeenTarget(name, up.count(name)) for name in sorted(set(up))))


@every_shell
def test_probe_prints_what_was_recorded(shell: list[str], tmp_path: Path) -> None:
    recorded = RECORDED["two-portals-transcribed"]
    for line in recorded.splitlines()[1:]:
        name, _, value = line.rpartition(":")
        kind = "iscsi_session" if name.startswith("session") else "iscsi_connection"
        if kind == "iscsi_session":
            name, _, value = line.partition(":")
        file = tmp_path / "class" / kind / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(value + "\n", "utf-8")
    probe = iscsi_sessions.PROBE.replace("/sys/", f"{tmp_path}/")
    assert printed(replace(iscsi_sessions.COLLECTOR, probe=probe), shell).splitlines() == recorded.splitlines()


@pytest.mark.skipif(Path("/sys/class/iscsi_session").exists(), reason="an initiator is here")
@every_shell
def test_no_initiator(shell: list[str]) -> None:
    with pytest.raises(NotApplicable, match="no iSCSI initiator"):
        parse(printed(iscsi_sessions.COLLECTOR, shell))


def test_the_most_sessions_are_remembered() -> None:
    both = compare(look(ONE), look(ONE, TWO))
    none = compare(both, look(replace(ONE, state="FAILED")))
    gone = compare(none, IscsiSessions(()))
    assert [facts.seen for facts in (both, none, gone)] == [(SeenTarget("iqn.x", 2),)] * 3
