"""The files that the collectors of a round read: one process on the host reads them all, each of them once."""

import re
from collections.abc import Iterable, Iterator, Mapping

SECTION = "_files"
"""The name of their frame; no collector's name begins like that."""

LONGEST_FILE = 2**20
"""Bytes read of one file; one that is longer is not taken for whole."""

_FILES_AT_ONCE = 400
"""Their names may take 300 bytes each: the least command line that Linux grants holds 128 KiB."""

READ = f"""\
# heads FILE...: what `head` prints of each. In parts, where there are more than a command line may hold.
heads() {{
  failed= part= count=0
  while [ $# -gt {_FILES_AT_ONCE} ]; do
    while [ $count -lt {_FILES_AT_ONCE} ]; do count=$((count + 1)) part="$part \\"\\${{$count}}\\""; done
    eval "head -v -c {LONGEST_FILE} $part" </dev/null 2>/dev/null || failed=yes
    echo; shift {_FILES_AT_ONCE}
  done
  head -v -c {LONGEST_FILE} "$@" </dev/null 2>/dev/null && [ -z "$failed" ]
}}
# read_files FILE...: a line `==> FILE <==` before each, as head prints it, and an empty line between two of them.
read_files() {{
  echo "$marker begin {SECTION}"; now; begun=$t
  heads "$@" || {{
    # It fails already when one of them is not there. GNU's, which is no link, and those that can are to be believed.
    [ -f /usr/bin/head ] && [ ! -h /usr/bin/head ]
  }} || head -v -c 1 /proc/uptime >/dev/null 2>&1 || {{
    printf '\\n==> again <==\\n'
    for file in "$@"; do
      [ ! -r "$file" ] || {{ printf '\\n==> %s <==\\n' "$file"; head -n 20000 <"$file"; }}
    done
  }} 2>/dev/null
  now; ended="
$marker end {SECTION} 0 $begun $t
"
}}
"""
"""What the script's head defines where a collector of the round reads files."""

_PATH = re.compile(r"(?!.*\*.*\*)(?:/(?:\*|[A-Za-z0-9_.:@+-]+))+", re.ASCII)

Contents = Mapping[str, tuple[bytes, ...]]
"""What came of each file, by its path. More than once: one of them bears another's heading within."""


def paths(files: Iterable[str]) -> tuple[str, ...]:
    """Each path once, fit for the script as it is. Raises ValueError for what is no plain path, or has two `*`."""
    each = tuple(dict.fromkeys(files))
    for path in each:
        if not _PATH.fullmatch(path):
            raise ValueError(f"not a path that can be read with others: {path!r}")
    return each


def contents(read: bytes) -> Contents:
    """What `read_files` printed, file by file."""
    found: dict[str, tuple[bytes, ...]] = {}
    _, *others = (b"\n" + read).split(b"\n==> ")
    name = ""
    for other in others:
        heading, end, content = other.partition(b" <==\n")
        if end and heading == b"again":
            found = {}
        elif end and heading.startswith(b"/") and b"\n" not in heading:
            name = heading.decode("utf-8", "backslashreplace")
            found[name] = (*found.get(name, ()), content)
        elif name:  # no heading, but what a file holds
            *before, last = found[name]
            found[name] = (*before, b"%s\n==> %s" % (last, other))
    return found


def is_cut(files: Iterable[str], found: Contents) -> bool:
    """Whether one of these files was too long to be read to its end."""
    return any(len(content) >= LONGEST_FILE for path in _read(files, found) for content in found[path])


def as_printed(files: Iterable[str], found: Contents) -> bytes:
    """Those of these files that could be read, in this order, after a line `== PATH` each: what a parser gets."""
    parts = []
    for path in _read(files, found):
        for content in found[path]:
            ending = b"" if content.endswith(b"\n") or not content else b"\n"
            parts += [b"== ", path.encode(), b"\n", content, ending]
    return b"".join(parts)


def _read(files: Iterable[str], found: Contents) -> Iterator[str]:
    """The paths that came of these files; `*` stands for any name in its folder."""
    under: dict[str, list[str]] = {}  # most paths with a `*` share their beginning
    for path in files:
        before, star, after = path.partition("*")
        if not star:
            yield from (path,) if path in found else ()
            continue
        if before not in under:
            under[before] = [name for name in found if name.startswith(before)]
        for name in under[before]:
            between = name[len(before) : len(name) - len(after)]
            if between and "/" not in between and name.endswith(after):
                yield name
