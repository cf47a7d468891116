import subprocess
from pathlib import Path

import pytest

from collectors import timex
from collectors.contract import NoPermission, NotApplicable
from collectors.timex import parse
from tests.collectors.commands import Commands
from tests.collectors.in_shells import every_shell, printed

SYNCHRONISED = """\
state 0
-184302 -1423881 21000 512 8193 7 1 32768000 1795325733 159633112 10000 0 0 0 0 0 0 0 0 37
"""


@every_shell
def test_the_probe_agrees_with_the_call(shell: list[str]) -> None:
    """What time services change meanwhile apart."""
    assert timex.COLLECTOR.read_local is not None
    asked, called = parse(printed(timex.COLLECTOR, shell)), timex.COLLECTOR.read_local()
    assert (asked.synchronised, asked.status, asked.tick) == (called.synchronised, called.status, called.tick)
    assert asked.maximum_error <= called.maximum_error <= asked.maximum_error + 1000
    assert asked.pulse == called.pulse


def test_it_only_looks() -> None:
    """The mode stays 0: an ordinary user would be refused otherwise."""
    script = f"probe() {{\n{timex.COLLECTOR.probe}\n}}\nprobe\n"
    ended = subprocess.run(
        ["setpriv", "--reuid=65534", "--clear-groups", "sh", "-s"],
        input=script,
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert ended.stdout.startswith("state ")


@every_shell
def test_without_perl_busybox_is_asked(shell: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if shell[0] == "busybox":
        pytest.skip("its shell asks itself, whatever is on PATH")
    commands = Commands(tmp_path / "bin", monkeypatch)
    commands.add("perl", "exit 3")  # as for an architecture whose call is not known here
    commands.add("busybox", "printf '    status:       64 (UNSYNC)\\n    return value: 5 (clock not synchronized)\\n'")
    assert printed(timex.COLLECTOR, shell).startswith("== words\n")
    commands.add("busybox", "exit 127")
    commands.add("adjtimex", "exit 1")
    assert printed(timex.COLLECTOR, shell) == "== none\n"


def test_units() -> None:
    found = {sample.name.removeprefix("node_timex_"): sample.value for sample in timex.samples(parse(SYNCHRONISED))}
    assert found["sync_status"] == 1
    assert found["offset_seconds"] == pytest.approx(-0.000184302)  # nanoseconds, as bit 0x2000 of the status says
    assert found["frequency_adjustment_ratio"] == pytest.approx(1 - 1423881 / 65536e6)
    assert found["maxerror_seconds"] == pytest.approx(0.021)
    assert found["tick_seconds"] == pytest.approx(0.01)
    assert found["tai_offset_seconds"] == 37
    in_microseconds = SYNCHRONISED.replace(" 8193 ", " 1 ")
    found = {sample.name: sample.value for sample in timex.samples(parse(in_microseconds))}
    assert found["node_timex_offset_seconds"] == pytest.approx(-0.184302)


def test_what_cannot_be_told() -> None:
    with pytest.raises(NotApplicable):
        parse("== none\n")
    with pytest.raises(NoPermission):
        parse("== refused\n")
