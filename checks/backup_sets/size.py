"""How large the newest copy is against the one before it."""

from collections.abc import Iterator, Sequence

from checks.backup_sets.expected import SetExpected
from checks.backup_sets.finding import Finding
from checks.contract import State, Text, format_bytes
from collectors.backup_sources import Copy, Source


def whole_copies(wanted: SetExpected, source: Source, now: int) -> Sequence[Copy]:
    """The copies that are not being written any more, newest first."""
    return [copy for copy in source.newest if now - copy.made_at >= wanted.still_written]


def size_of_newest(wanted: SetExpected, source: Source, now: int) -> Iterator[Finding]:
    """The newest whole copy is not empty, and about as large as the one before it."""
    whole = whole_copies(wanted, source, now)
    sizes = [(copy.name, copy.size_bytes) for copy in whole if copy.size_bytes is not None]
    if not sizes or sizes[0][0] != whole[0].name:
        return
    path, size = sizes[0]
    if size == 0:
        name = path.rpartition("/")[2]
        yield Finding(State.CRIT, Text(en=f"{name} is empty", zh=f"{name} 是空文件"))
        return
    before = sizes[1][1] if len(sizes) > 1 else 0
    if not before or wanted.size_change is None:
        return
    change = (size - before) / before * 100
    if abs(change) > wanted.size_change:
        sizes_shown = f"{format_bytes(before)} -> {format_bytes(size)}"
        yield Finding(
            State.WARN,
            Text(
                en=f"size changed by {change:+.0f} %, {sizes_shown} (warn above {wanted.size_change:g} %)",
                zh=f"大小变化 {change:+.0f} %,{sizes_shown}(警告阈值 {wanted.size_change:g} %)",
            ),
        )
