"""Whether keys have appeared that open an account, are weak, or stand in files that others may write.

Item        the account; `closed accounts` for those whose files could not be looked at, and how many keys were
State       `unexpected` for a key that was not there at the first look, or, where `allowed` is set, is not listed.
            WARN for DSA, for RSA below `min_rsa_bits`, and for a file that others than its owner may write, that
            belongs to somebody else, or is a link. UNKNOWN for files closed to the login. A key that is gone is told
Why         a key that nobody asked for opens the account for ever, whatever is done about passwords: that is how
            intruders and leavers come back
What to do  ssh-keygen -lf ~ACCOUNT/.ssh/authorized_keys shows the line with this fingerprint; ask whose it is. Not
            wanted: remove the line, see last ACCOUNT. Wanted: rounds relearn HOST authorized_keys_drift, or `allowed`
Manual      4 authorized keys; 4 logins; account audit form
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from pydantic import Field

from checks.account_words import counted, joined
from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from checks.contract.severity import Severity
from collectors import authorized_keys
from collectors.authorized_keys import AuthorizedKeys
from collectors.key_files import Key, KeyFile

One = TypeVar("One", Key, KeyFile)

_CLOSED = "closed accounts"
_SHOWN = 3
_OTHERS_WRITE = 0o022


class AuthorizedKeysDriftParams(Params):
    """Parameters of authorized_keys_drift."""

    allowed: tuple[str, ...] | None = Field(
        None,
        description="the keys that may be there, each as account and fingerprint with shell patterns, such as"
        " [root SHA256:iKQ6..., 'deploy *']; null: those seen first",
    )
    ignore: tuple[str, ...] = Field((), description="accounts not to look at, as shell patterns")
    min_rsa_bits: int = Field(2048, ge=0, description="RSA keys shorter than this are weak")
    unexpected: Severity = Field(Severity.CRIT, description="what a key that is not meant is: ok, warn or crit")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are rare")


def evaluate(facts: AuthorizedKeys, params: AuthorizedKeysDriftParams) -> Iterator[Result]:
    """One result for each account that has keys, or had them at the first look, and one for all."""
    first = facts.keys if facts.first is None else facts.first
    known = {(key.account, key.fingerprint) for key in first}
    keys, files, before = _by_account(facts.keys), _by_account(facts.files), _by_account(first)
    for account in dict.fromkeys([*keys, *files, *before]):
        present = keys.get(account, [])
        if matches_any(params.ignore, account) or (account in facts.closed and not present):
            continue
        findings = [*_of_keys(present, known, params), *_of_files(files.get(account, []))]
        gone = {key.fingerprint: key for key in before.get(account, [])}
        for key in present:
            gone.pop(key.fingerprint, None)
        state = max((state for state, _ in findings), default=State.OK)
        words = [text for _, text in sorted(findings, key=lambda one: -one[0])] or [_told(present)]
        if gone and params.allowed is None and account not in facts.closed:
            words.append(_gone(list(gone.values())))
        yield Result(account, state, joined(words), (Measurement("keys", len(present)),))
    yield _of_closed(facts, params)


def _of_closed(facts: AuthorizedKeys, params: AuthorizedKeysDriftParams) -> Result:
    if closed := [name for name in facts.closed if not matches_any(params.ignore, name)]:
        names = _few(closed)
        text = Text(
            en=f"not checked: {names}: {facts.reason}", zh=f"未检查,以下账号的密钥文件无法读取:{names}:{facts.reason}"
        )
        return Result(_CLOSED, State.UNKNOWN, text, (Measurement("closed", len(closed)),))
    present = [key for key in facts.keys if not matches_any(params.ignore, key.account)]
    owners = len({key.account for key in present})
    text = Text(en="none; no account has a key", zh="无;没有账号设有密钥")
    if present:
        text = Text(
            en=f"none; {counted(len(present), 'key')} of {counted(owners, 'account')} looked at",
            zh=f"无;已检查 {owners} 个账号的 {len(present)} 个密钥",
        )
    return Result(_CLOSED, State.OK, text, (Measurement("closed", 0),))


def _by_account(things: Sequence[One]) -> dict[str, list[One]]:
    found: dict[str, list[One]] = {}
    for one in things:
        found.setdefault(one.account, []).append(one)
    return found


def _of_keys(
    keys: Sequence[Key], known: set[tuple[str, str]], params: AuthorizedKeysDriftParams
) -> Iterator[tuple[State, Text]]:
    for key in keys:
        name = f"{key.fingerprint} ({_whose(key)})"
        if params.allowed is not None:
            if not matches_any(params.allowed, f"{key.account} {key.fingerprint}"):
                yield params.unexpected.state, Text(en=f"not allowed: {name}", zh=f"未经允许的密钥:{name}")
        elif (key.account, key.fingerprint) not in known:
            yield params.unexpected.state, Text(en=f"new key: {name}", zh=f"新增密钥:{name}")
        if key.kind == "dsa" or (key.kind == "rsa" and key.bits < params.min_rsa_bits):
            weak = f"{key.kind} {key.bits}: {name}"
            yield State.WARN, Text(en=f"weak key, {weak}", zh=f"弱密钥,{weak}")


def _of_files(files: Sequence[KeyFile]) -> Iterator[tuple[State, Text]]:
    for file in files:
        path, mode = file.path, f"{file.mode:o}"
        if file.is_link:
            yield State.WARN, Text(f"{path} is a link: not followed", f"{path} 是符号链接,未读取")
            continue
        if file.mode & _OTHERS_WRITE:
            yield State.WARN, Text(f"{path} may be written by others ({mode})", f"{path} 可被他人写入({mode})")
        if file.owner not in (0, file.uid):
            yield State.WARN, Text(f"{path} belongs to uid {file.owner}", f"{path} 属于 UID {file.owner}")


def _told(keys: Sequence[Key]) -> Text:
    if not keys:
        return Text(en="no keys", zh="无密钥")
    names = _few([_whose(key) for key in keys])
    return Text(en=f"{counted(len(keys), 'key')}: {names}", zh=f"{len(keys)} 个密钥:{names}")


def _gone(keys: Sequence[Key]) -> Text:
    names = _few([_whose(key) for key in keys])
    return Text(en=f"gone since the first look: {names}", zh=f"首次检查后已移除:{names}")


def _whose(key: Key) -> str:
    return f"{key.comment} {key.kind}" if key.comment else key.kind


def _few(words: Sequence[str]) -> str:
    return ", ".join([*words[:_SHOWN], *["..."] * (len(words) > _SHOWN)])


CHECK = Check(
    reads=authorized_keys.COLLECTOR,
    params=AuthorizedKeysDriftParams,
    evaluate=evaluate,
    title=Text(en="Authorized keys", zh="SSH 授权密钥"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
