"""What was deleted and is still in use, as the lines of one answer tell it."""

import re
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

_OCTAL = re.compile(r"((?:\\[0-7]{3})+)")


@dataclass(frozen=True, slots=True)
class DeletedFile:
    """A file without a name that still takes space, and the names of the processes that hold it open."""

    path: str
    used_bytes: int
    processes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutdatedProcess:
    """Processes of one name and systemd unit (None where there is none) that run what is no longer on the disk.

    `files` are the programs and libraries that the first of them uses and that were deleted or replaced.
    """

    name: str
    unit: str | None
    count: int
    files: tuple[str, ...]


def deleted_file(line: str, names: list[str]) -> DeletedFile:
    """From `file SIZE PATH` and its holders. Raises `UnreadableOutput`."""
    words = line.split(" ", 2)
    if len(words) != 3 or not names:
        raise UnreadableOutput("a file, its size and who holds it", line)
    return DeletedFile(readable(words[2]), whole_number(words[1], line), tuple(sorted(names)))


def outdated_process(line: str, paths: list[str]) -> OutdatedProcess:
    """From `outdated COUNT UNIT NAME` and what it uses. Raises `UnreadableOutput`."""
    words = line.split(" ", 3)
    if len(words) != 4 or not paths:
        raise UnreadableOutput("a process, its unit and what it uses", line)
    unit = None if words[2] == "-" else words[2]
    return OutdatedProcess(words[3], unit, whole_number(words[1], line), tuple(sorted(paths)))


def readable(name: str) -> str:
    """Without the backslashes that find's -ls puts before blanks and for bytes beyond ASCII."""
    plain = _OCTAL.sub(lambda match: _bytes(match[1]).decode("utf-8", "replace"), name)
    return re.sub(r"\\(.)", r"\1", plain)


def _bytes(escapes: str) -> bytes:
    return bytes(int(octal, 8) & 0xFF for octal in escapes.split("\\")[1:])
