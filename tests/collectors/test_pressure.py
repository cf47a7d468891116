import pytest

from collectors.contract import NotApplicable, UnreadableOutput
from collectors.pressure import parse

CPU = "== /proc/pressure/cpu\nsome avg10=1.00 avg60=2.00 avg300=3.00 total=4000000\n"


def test_a_kernel_without_full_for_processors() -> None:
    (cpu,) = parse(CPU)
    assert (cpu.resource, cpu.full) == ("cpu", None)
    assert cpu.some is not None
    assert (cpu.some.ratio_10, cpu.some.ratio_60, cpu.some.ratio_300, cpu.some.total_seconds) == (0.01, 0.02, 0.03, 4.0)


@pytest.mark.parametrize("text", ["", "\n", "== /proc/pressure/cpu\n== /proc/pressure/io\n"])
def test_a_kernel_that_does_not_account(text: str) -> None:
    with pytest.raises(NotApplicable):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        CPU.replace("3.00", "nan"),
        CPU.replace("3.00", "101"),
        CPU.replace("avg300", "avg400"),
        CPU.replace("some", "many"),
        CPU + CPU.split("\n")[1],
        CPU.replace("/cpu", "/memory"),
        CPU.replace("/cpu", "/gpu"),
        "noise\n" + CPU,
    ],
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(text)
