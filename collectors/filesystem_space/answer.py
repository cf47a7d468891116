"""From what the probe printed to facts."""

import re
from collections.abc import Iterable, Mapping

from collectors.contract import UnreadableOutput
from collectors.contract.reading import blocks, whole_number
from collectors.filesystem_space.facts import Filesystem, Filesystems, filesystem
from collectors.filesystem_space.once import told_once
from collectors.mount_table import MountedFilesystem, visible_mounts

_NUMBER = r"(-|-?[0-9]+)"  # a dash: not known
_ROW = re.compile(rf".*?\s{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}\s+(?:-|-?[0-9]+%)\s+(/.*)")
_Row = tuple[int, int, int] | None


def parse(output: str) -> Filesystems:
    """Facts from the mount table, and what stat or df told. Raises `UnreadableOutput`, also when they told nothing."""
    parts = blocks(output)
    mounts = visible_mounts(parts[""])
    if "none" in parts and not mounts:
        return Filesystems((), ())
    if not mounts:
        raise UnreadableOutput("a table of mounts", output.partition("\n")[0])
    if "stat" in parts:
        told = _told(parts["stat"], mounts)
        return told_once((mount, told.get(_as_df_shows(mount.mount))) for mount in mounts)
    parts = blocks(output, "space", "inodes")
    space = _rows(parts["space"], mounts)
    if not any(_as_df_shows(mount.mount) in space for mount in mounts):
        raise UnreadableOutput("a row of df for one of the mounts", parts["space"].partition("\n")[0])
    inodes = _rows(parts["inodes"], mounts)  # none: a busybox may be built without `df -i`
    return told_once((mount, _from_df(mount, space, inodes)) for mount in mounts)


def _told(answer: str, mounts: Iterable[MountedFilesystem]) -> Mapping[str, Filesystem]:
    """What stat told, by mount point."""
    named = {_as_df_shows(mount.mount): mount for mount in mounts}
    told: dict[str, Filesystem] = {}
    for line in filter(None, _on_one_line(answer, mounts).split("\n")):
        *words, path = line.split(" ", 6)
        if len(words) != 6 or not path.startswith("/"):
            raise UnreadableOutput("six numbers and a mount point as stat prints them", line)
        block, size, free, available, inodes, unused = (whole_number(word, line) for word in words)
        # Of a mount that another covers stat told what covers it.
        if mount := named.get(_as_df_shows(path)):
            space = (size * block, free * block, available * block)
            told[_as_df_shows(path)] = filesystem(mount, space, (inodes, unused))
    if not told:
        raise UnreadableOutput("an answer of stat for one of the mounts", answer.partition("\n")[0])
    return told


def _on_one_line(answer: str, mounts: Iterable[MountedFilesystem]) -> str:
    """Names that hold line ends with question marks for them: stat and busybox print them as they are."""
    for mount in mounts:
        for name in (mount.mount, mount.device):
            if "\n" in name:
                answer = answer.replace(name, _as_df_shows(name))
    return answer


def _rows(answer: str, mounts: Iterable[MountedFilesystem]) -> Mapping[str, _Row]:
    """The three numbers before the percentage, by mount point; None where df puts dashes."""
    heading, *lines = _on_one_line(answer, mounts).split("\n")
    if heading and not heading.startswith("Filesystem"):
        raise UnreadableOutput("the heading of df", heading)
    rows: dict[str, _Row] = {}
    for line in filter(None, lines):
        match = _ROW.fullmatch(line)
        if match is None:
            raise UnreadableOutput("a row of df", line)
        *words, shown = match.groups()
        size, used, left = (None if word == "-" else whole_number(word, line) for word in words)
        if size is None or used is None or left is None:
            rows[_as_df_shows(shown)] = None
        else:
            rows[_as_df_shows(shown)] = (size, used, left)
    return rows


def _as_df_shows(mount: str) -> str:
    """GNU df puts a question mark for each control character, busybox does not."""
    return re.sub(r"[\x00-\x1f\x7f]", "?", mount)


def _from_df(mount: MountedFilesystem, space: Mapping[str, _Row], inodes: Mapping[str, _Row]) -> Filesystem | None:
    shown = _as_df_shows(mount.mount)
    told = space.get(shown)
    if told is None:
        return None
    size, used, available = told
    nodes = inodes.get(shown)
    return filesystem(
        mount, (size * 1024, (size - used) * 1024, available * 1024), (nodes[0], nodes[2]) if nodes else None
    )
