"""There is a copy, and it is not too old."""

from collections.abc import Iterator

from checks.backup_sets.expected import SetExpected
from checks.backup_sets.finding import Finding, in_words
from checks.contract import State, Text, duration_text
from collectors.backup_sources import Obstacle, Source

_CLOCKS_DIFFER = 300  # seconds a file server's clock may be ahead


def age_of_newest(wanted: SetExpected, source: Source, now: int) -> Iterator[Finding]:
    """There is a copy, and it is not too old; nor from the future, which would hide that it grows old."""
    if not source.newest:
        yield Finding(State.CRIT, _nothing(source))
        return
    newest = source.newest[0]
    age, limit, name = (
        duration_text(now - newest.made_at),
        duration_text(wanted.newest_within),
        newest.name.rpartition("/")[2],
    )
    if now - newest.made_at > wanted.newest_within:
        yield Finding(
            State.CRIT,
            Text(
                en=f"newest copy {age.en} old (crit above {limit.en}): {name}",
                zh=f"最新备份于 {age.zh}前(严重阈值 {limit.zh}):{name}",
            ),
        )
    elif newest.made_at - now > _CLOCKS_DIFFER:
        ahead = duration_text(newest.made_at - now)
        yield Finding(
            State.WARN,
            Text(en=f"{name} is dated {ahead.en} in the future", zh=f"{name} 的时间比主机当前时间晚 {ahead.zh}"),
        )


def _nothing(source: Source) -> Text:
    for obstruction in source.obstructions:
        if obstruction.why is Obstacle.ABSENT:
            words = in_words(obstruction)
            return Text(en=f"no copy: {words.en}", zh=f"没有备份:{words.zh}")
    if source.tool == "files":
        return Text(en=f"no copy matches {source.target}", zh=f"没有与 {source.target} 匹配的备份")
    return Text(en=f"no copy in {source.target} ({source.tool})", zh=f"{source.target}({source.tool})中没有备份")
