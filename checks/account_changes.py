"""Whether accounts have appeared, vanished or changed since they were seen first.

Item        the account, where it has a shell to log in to, or has differed since the first look; `system accounts` for
            all others
State       `unexpected` for one that is new, gone, or has another number, shell, home or groups than at the first look;
            CRIT where that made it root or put it into one of `admin_groups`. With `allowed`, which accounts there may
            be is said by that, and not by the first look
Why         an account that nobody asked for is how an intruder stays; one that joined sudo can do all that root can
What to do  compare with the list of people and services; last NAME, journalctl _COMM=useradd _COMM=usermod. Not meant:
            usermod --lock NAME. Meant: rounds relearn HOST account_changes, or list it in `allowed`
Manual      3 accounts; account audit form
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.account_words import joined
from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from checks.contract.severity import Severity
from collectors import accounts
from collectors.account_files import Account
from collectors.accounts import Accounts

_OTHERS = "system accounts"
_ADMINS = ("root", "sudo", "wheel", "admin", "shadow", "disk", "docker", "lxd", "libvirt")


class AccountChangesParams(Params):
    """Parameters of account_changes."""

    allowed: tuple[str, ...] | None = Field(
        None, description="the accounts that may be there, as shell patterns; null: those seen first"
    )
    ignore: tuple[str, ...] = Field((), description="accounts not to look at, as shell patterns such as systemd-*")
    admin_groups: tuple[str, ...] = Field(_ADMINS, description="groups whose members can become root; CRIT to join one")
    unexpected: Severity = Field(Severity.WARN, description="what any other change is: ok, warn or crit")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are rare")


def evaluate(facts: Accounts, params: AccountChangesParams) -> Iterator[Result]:
    """One result for each account that people log in to or that is not as it was, and one for the others together."""
    present = {account.name: account for account in facts.accounts if not matches_any(params.ignore, account.name)}
    first = {account.name: account for account in (facts.accounts if facts.first is None else facts.first)}
    unchanged = 0
    for name, account in present.items():
        result = _judged(account, first.get(name), params)
        if result is not None:
            yield result
        elif account.has_real_shell or name in facts.differed:
            yield _result(name, State.OK, _told(account), 0)
        else:
            unchanged += 1
    yield _others(unchanged, params)
    for name, before in first.items():
        if name not in present and params.allowed is None and not matches_any(params.ignore, name):
            was = _told(before)
            text = Text(en=f"gone; first seen: {was.en}", zh=f"已消失;首次检查时:{was.zh}")
            yield _result(name, params.unexpected.state, text, 1)


def _judged(account: Account, before: Account | None, params: AccountChangesParams) -> Result | None:
    """What is wrong with an account; None: nothing."""
    if params.allowed is not None and not matches_any(params.allowed, account.name):
        return _new(account, params, Text(en="not allowed", zh="未经允许的账号"))
    if before is not None:
        return None if before.identity == account.identity else _compared(before, account, params)
    if params.allowed is None:
        return _new(account, params, Text(en="not there at the first look", zh="首次检查时不存在"))
    return None


def _others(number: int, params: AccountChangesParams) -> Result:
    """Those that nobody logs in to, and that are as they should be."""
    text = Text(en=f"{number}, as at the first look", zh=f"共 {number} 个,与首次检查一致")
    if params.allowed is not None:
        text = Text(en=f"{number}, all allowed", zh=f"共 {number} 个,均在允许范围内")
    return Result(_OTHERS, State.OK, text, (Measurement("accounts", number),))


def _new(account: Account, params: AccountChangesParams, how: Text) -> Result:
    told = _told(account)
    text = Text(en=f"{how.en}: {told.en}", zh=f"{how.zh}:{told.zh}")
    return _result(account.name, _severity(account, account.groups, params), text, 1)


def _compared(before: Account, now: Account, params: AccountChangesParams) -> Result:
    findings = [
        Text(en=f"{en} {was} -> {new}", zh=f"{zh} {was} -> {new}")
        for en, zh, was, new in (
            ("uid", "UID", before.uid, now.uid),
            ("shell", "登录 shell", before.shell, now.shell),
            ("home", "主目录", before.home, now.home),
        )
        if was != new
    ]
    joins = [group for group in now.groups if group not in before.groups]
    leaves = [group for group in before.groups if group not in now.groups]
    if joins or leaves:
        moves = " ".join([*(f"+{group}" for group in joins), *(f"-{group}" for group in leaves)])
        findings.append(Text(en=f"groups {moves}", zh=f"所属组 {moves}"))
    state = _severity(now, joins, params) if joins or before.uid != now.uid else params.unexpected.state
    return _result(now.name, state, joined(findings), 1)


def _severity(account: Account, joined_groups: Sequence[str], params: AccountChangesParams) -> State:
    becomes_root = account.uid == 0 or bool(set(joined_groups) & set(params.admin_groups))
    return State.CRIT if becomes_root else params.unexpected.state


def _told(account: Account) -> Text:
    groups = " ".join(account.groups)
    return Text(
        en=f"uid {account.uid}, groups {groups}, {account.shell}",
        zh=f"UID {account.uid},所属组 {groups}，{account.shell}",
    )


def _result(name: str, state: State, text: Text, changed: float) -> Result:
    return Result(name, state, text, (Measurement("changed", changed),))


CHECK = Check(
    reads=accounts.COLLECTOR,
    params=AccountChangesParams,
    evaluate=evaluate,
    title=Text(en="Account changes", zh="账号变更"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
