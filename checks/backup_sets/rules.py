"""The rules that the files of one backup set are held against."""

from collections.abc import Iterator
from dataclasses import dataclass

from checks.backup_sets.expected import BackupSet
from checks.contract import State, Text, duration_text, format_bytes
from collectors.backups import MatchingFiles

_CLOCKS_DIFFER = 300  # seconds a file server's clock may be ahead


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a set, by one rule."""

    state: State
    text: Text


def age_of_newest(wanted: BackupSet, matching: MatchingFiles, now: int) -> Iterator[Finding]:
    """There is a copy, and it is not too old; nor from the future, which would hide that it grows old."""
    if not matching.newest:
        yield Finding(State.CRIT, _nothing(matching))
        return
    newest = matching.newest[0]
    age, limit = duration_text(now - newest.modified_at), duration_text(wanted.newest_within)
    if now - newest.modified_at > wanted.newest_within:
        yield Finding(
            State.CRIT,
            Text(
                en=f"newest copy {age.en} old (crit above {limit.en}): {_name(newest.path)}",
                zh=f"最新备份于 {age.zh}前(严重阈值 {limit.zh}):{_name(newest.path)}",
            ),
        )
    elif newest.modified_at - now > _CLOCKS_DIFFER:
        ahead = duration_text(newest.modified_at - now)
        yield Finding(
            State.WARN,
            Text(
                en=f"{_name(newest.path)} is dated {ahead.en} in the future",
                zh=f"{_name(newest.path)} 的时间在未来 {ahead.zh}",
            ),
        )


def _nothing(matching: MatchingFiles) -> Text:
    if matching.absent:
        return Text(en=f"no copy: {matching.absent[0]} does not exist", zh=f"没有备份:{matching.absent[0]} 不存在")
    return Text(en=f"no copy matches {matching.pattern}", zh=f"没有与 {matching.pattern} 匹配的备份")


def size_of_newest(wanted: BackupSet, matching: MatchingFiles, now: int) -> Iterator[Finding]:
    """The newest whole copy is not empty, and about as large as the one before it."""
    whole = [file for file in matching.newest if now - file.modified_at >= wanted.still_written]
    sizes = [(file.path, file.size_bytes) for file in whole if file.size_bytes is not None]
    if not sizes or sizes[0][0] != whole[0].path:
        return
    path, size = sizes[0]
    if size == 0:
        yield Finding(State.CRIT, Text(en=f"{_name(path)} is empty", zh=f"{_name(path)} 是空文件"))
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


def copies_kept(wanted: BackupSet, matching: MatchingFiles) -> Iterator[Finding]:
    """Enough copies are there. None at all is told as a missing newest copy."""
    if 0 < matching.count < wanted.keep:
        copies = "copy" if matching.count == 1 else "copies"
        yield Finding(
            State.WARN,
            Text(
                en=f"{matching.count} {copies} kept (warn below {wanted.keep})",
                zh=f"仅保留 {matching.count} 份(警告阈值 {wanted.keep} 份)",
            ),
        )


def not_visible(matching: MatchingFiles) -> Finding:
    """The login may not look where the copies should be."""
    folder = matching.closed[0]
    return Finding(
        State.UNKNOWN,
        Text(
            en=f"the login may not list {folder}; to allow it: setfacl -m u:LOGIN:rx {folder}",
            zh=f"登录用户无权查看 {folder};授权方法:setfacl -m u:登录用户:rx {folder}",
        ),
    )


def _name(path: str) -> str:
    return path.rpartition("/")[2]
