import pytest

from collectors.contract import UnreadableOutput
from collectors.tasks import COLLECTOR, parse
from tests.collectors.in_shells import every_shell, printed

TEXT = (
    "== /proc/loadavg\n0.00 0.06 0.41 1/97 25216\n"
    "== /proc/sys/kernel/pid_max\n32768\n== /proc/sys/kernel/threads-max\n192730\n"
)


@every_shell
def test_this_machine(shell: list[str]) -> None:
    facts = parse(printed(COLLECTOR, shell))
    assert 0 < facts.tasks < facts.maximum


def test_the_lower_limit_holds() -> None:
    assert parse(TEXT).maximum == 32768
    assert parse(TEXT.replace("192730", "1000")).maximum == 1000


@pytest.mark.parametrize(
    ("good", "bad"), [("1/97", "97"), ("1/97", "1/-97"), ("32768", "0"), ("192730", ""), (" 25216", "")]
)
def test_what_is_refused(good: str, bad: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(TEXT.replace(good, bad))
