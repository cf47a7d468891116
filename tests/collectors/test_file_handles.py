from pathlib import Path

import pytest

from collectors.contract import NotApplicable, UnreadableOutput
from collectors.file_handles import COLLECTOR, parse
from tests.collectors.in_shells import every_shell, printed


@every_shell
def test_open_files_are_counted(shell: list[str], tmp_path: Path) -> None:
    before = parse(printed(COLLECTOR, shell))
    opened = [(tmp_path / "file").open("w") for _ in range(500)]
    after = parse(printed(COLLECTOR, shell))
    for file in opened:
        file.close()
    # Others on this machine close files meanwhile, and the kernel counts in lots of processors.
    assert after.allocated > before.allocated + 100
    assert after.maximum == before.maximum


@pytest.mark.parametrize("numbers", ["1 0", "1 2 100", "1 0 0", "1 0 many", "-1 0 100", "1 0 100 7"])
def test_what_is_refused(numbers: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(f"== /proc/sys/fs/file-nr\n{numbers}\n")


def test_a_kernel_that_does_not_tell() -> None:
    with pytest.raises(NotApplicable):
        parse("")
