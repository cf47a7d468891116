"""What is wrong with a set, by one rule, and why it may not be seen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checks.contract import Result, State, Text
from collectors.backup_sources import Obstacle, Obstruction, Source


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a set, by one rule."""

    state: State
    text: Text


def worst(findings: Iterable[Finding]) -> State:
    """The worst state; OK where nothing was found."""
    return max((finding.state for finding in findings), default=State.OK)


def joined(findings: Sequence[Finding]) -> Text:
    """The words of all findings, the worst first."""
    ordered = sorted(findings, key=lambda finding: -finding.state)
    return Text(
        en="; ".join(finding.text.en for finding in ordered), zh=";".join(finding.text.zh for finding in ordered)
    )


def not_asked(item: str, target: str) -> Result:
    """The source was added to the configuration after this round asked."""
    return Result(item, State.UNKNOWN, Text(en=f"{target} was not asked about yet", zh=f"尚未查询 {target}"))


def source_hidden(source: Source) -> Finding | None:
    """Why the copies may be there although they were not seen; None where all was seen that there is."""
    for obstruction in source.obstructions:
        if obstruction.why is not Obstacle.ABSENT:
            return Finding(State.UNKNOWN, in_words(obstruction))
    return None


def in_words(obstruction: Obstruction) -> Text:
    """What stood in the way, and where it can be helped, how."""
    said = obstruction.said
    match obstruction.why:
        case Obstacle.ABSENT:
            return Text(en=f"{said} does not exist", zh=f"{said} 不存在")
        case Obstacle.CLOSED:
            return Text(
                en=f"the login may not read {said}; to allow it: setfacl -m u:LOGIN:rX {said}",
                zh=f"登录用户无权读取 {said};授权方法:setfacl -m u:登录用户:rX {said}",
            )
        case Obstacle.DENIED:
            program = said.partition(" ")[0].rpartition("/")[2]
            return Text(
                en=f"needs root for {program}: set `sudo: true`, and allow what `rounds sudoers HOST` prints",
                zh=f"{program} 需要 root 权限:请设置 `sudo: true`,并授权 `rounds sudoers HOST` 所列命令",
            )
        case Obstacle.FAILED:
            return Text(en=f"not to be seen: {said}", zh=f"无法查看:{said}")
