"""Whether sudo allows more than it did at the first look, or all without a password.

Item        the user or %group; `Defaults`; `sudoers files` for what may be written, or cannot be parsed
State       `unexpected` for a rule that was not there at the first look, or, where `allowed` is set, is not listed.
            WARN where somebody may do all without a password, but for `passwordless`, and for files that others than
            root may write. UNKNOWN where the rules cannot be parsed. A rule that is gone is told
Why         one line here makes anybody root, and stays when the password is changed
What to do  cvtsudoers -e -f sudoers /etc/sudoers shows all rules, grep -rn USER /etc/sudoers /etc/sudoers.d where one
            stands; change them by visudo. Meant: rounds relearn HOST sudoers_drift, or list it in `allowed`
Manual      4 sudo; 3 superusers; account audit form
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from pydantic import Field

from checks.account_words import counted, joined
from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from checks.contract.severity import Severity
from collectors import sudoers
from collectors.sudoers import Rule, Sudoers, SudoersFile

_FILES = "sudoers files"
_OTHERS_WRITE = 0o022
_SHOWN = 120  # characters of a rule


class SudoersDriftParams(Params):
    """Parameters of sudoers_drift."""

    allowed: tuple[str, ...] | None = Field(
        None,
        description="the rules that may be there, as shell patterns of what cvtsudoers prints, such as"
        " ['%sudo ALL = *', 'Defaults *']; null: those seen first",
    )
    passwordless: tuple[str, ...] = Field(
        (), description="who may do all without a password, as shell patterns such as [root, ansible]"
    )
    unexpected: Severity = Field(Severity.CRIT, description="what a rule that is not meant is: ok, warn or crit")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are rare")


def evaluate(facts: Sudoers, params: SudoersDriftParams) -> Iterator[Result]:
    """One result for each whom a rule is about, or was at the first look, and one for the files."""
    yield _of_files(facts)
    if facts.broken:
        return
    first = facts.rules if facts.first is None else facts.first
    own, before = _by_whom(facts.rules), _by_whom(first)
    for who in dict.fromkeys([*own, *before]):
        yield _judged(who, own.get(who, {}), before.get(who, {}), params)


def _by_whom(rules: Sequence[Rule]) -> Mapping[str, Mapping[Rule, None]]:
    """The rules in their order, none looked for among all."""
    found: dict[str, dict[Rule, None]] = {}
    for rule in rules:
        found.setdefault(rule.who, {})[rule] = None
    return found


def _judged(who: str, own: Collection[Rule], before: Collection[Rule], params: SudoersDriftParams) -> Result:
    findings: list[tuple[State, Text]] = []
    for rule in own:
        shown = rule.text if len(rule.text) <= _SHOWN else rule.text[: _SHOWN - 3] + "..."
        if params.allowed is not None:
            if not matches_any(params.allowed, f"{rule.who} {rule.text}"):
                findings.append((params.unexpected.state, Text(en=f"not allowed: {shown}", zh=f"未经允许:{shown}")))
        elif rule not in before:
            findings.append((params.unexpected.state, Text(en=f"new: {shown}", zh=f"新增规则:{shown}")))
        if _all_without_password(rule) and not matches_any(params.passwordless, who):
            text = Text(en=f"all without a password: {shown}", zh=f"无需口令即可执行所有命令:{shown}")
            findings.append((State.WARN, text))
    state = max((state for state, _ in findings), default=State.OK)
    words = [text for _, text in findings] or [Text(en=counted(len(own), "rule"), zh=f"{len(own)} 条规则")]
    gone = [rule.text[:_SHOWN] for rule in before if rule not in own]
    if gone and params.allowed is None:
        words.append(Text(en=f"gone: {'; '.join(gone[:2])}", zh=f"已移除:{';'.join(gone[:2])}"))
    return Result(who, state, joined(words), (Measurement("rules", len(own)),))


def _all_without_password(rule: Rule) -> bool:
    if rule.who == "Defaults":
        return "!authenticate" in rule.text.replace(",", " ").split()
    free = False
    for command in re.sub(r"\([^()]*\) ", "", rule.text.partition(" = ")[2]).split(", "):
        *tags, name = command.split(" ") if " " in command else [command]
        for tag in tags:
            free = {"NOPASSWD:": True, "PASSWD:": False}.get(tag, free)
        if name == "ALL" and free:
            return True
    return False


def _of_files(facts: Sudoers) -> Result:
    bad = [file for file in facts.files if file.mode & _OTHERS_WRITE or file.owner != 0]
    measured = (Measurement("files", len(facts.files)), Measurement("writable_files", len(bad), warn=1))
    if facts.broken:
        text = Text(en=f"cannot be parsed: {facts.broken}", zh=f"sudoers 语法错误:{facts.broken}")
        return Result(_FILES, State.UNKNOWN, text, measured)
    if bad:
        names = ", ".join(map(_told, bad[:3]))
        text = Text(en=f"may be written by others than root: {names}", zh=f"root 以外的用户可写:{names}")
        return Result(_FILES, State.WARN, text, measured)
    return Result(_FILES, State.OK, Text(en="only root may write", zh="仅 root 可写"), measured)


def _told(file: SudoersFile) -> str:
    return f"{file.path} ({file.mode:o}, uid {file.owner})"


CHECK = Check(
    reads=sudoers.COLLECTOR,
    params=SudoersDriftParams,
    evaluate=evaluate,
    title=Text(en="Sudo rules", zh="sudo 授权规则"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
