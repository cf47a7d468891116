"""A file is written whole, and open to no more than it was or the umask lets."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.whole_file import write_whole


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_modes(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_whole(path, "a")
    assert mode(path) == 0o640, "as the umask lets"
    path.chmod(0o600)
    write_whole(path, b"b")
    assert (path.read_bytes(), mode(path)) == (b"b", 0o600), "as it was"
    write_whole(path, "c", mode=0o644)
    assert mode(path) == 0o644
    assert os.umask(0o027) == 0o027, "and the umask is as before"


def test_a_link_is_replaced_and_where_it_led_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("theirs")
    link.symlink_to(target)
    write_whole(link, "ours")
    assert (target.read_text(), link.read_text(), link.is_symlink()) == ("theirs", "ours", False)


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(folder, "text")
    assert list(tmp_path.iterdir()) == [folder]
