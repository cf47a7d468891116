"""Whether an account opens with an empty password, or with one whose hash is easily broken.

Item        the account; `passwords` says how many were looked at
State       CRIT for an empty password where there is a shell behind it, WARN where there is none, and for a hash of a
            scheme that `weak` lists. UNKNOWN where /etc/shadow is closed to the login
Why         nothing need be guessed; and what is hashed by DES or MD5 is guessed within hours once the file has leaked
What to do  passwd NAME, or usermod --lock NAME. Old hashes: set ENCRYPT_METHOD YESCRYPT (or SHA512) in /etc/login.defs
            and the same in PAM, then have the password changed (chage -d 0 NAME)
Manual      3 passwords; account audit form
"""

from collections.abc import Iterator, Sequence

from pydantic import Field

from checks.account_words import counted, looked_at
from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from checks.contract.patterns import matches_any
from collectors import accounts
from collectors.account_files import Account, Password
from collectors.accounts import Accounts


class EmptyPasswordsParams(Params):
    """Parameters of empty_passwords."""

    weak: tuple[str, ...] = Field(
        ("des", "bsdi-des", "md5", "nthash", "sha1", "sunmd5"), description="schemes of hashing that are a warning"
    )
    ignore: tuple[str, ...] = Field((), description="accounts not to look at, as shell patterns such as kiosk*")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are rare")


def evaluate(facts: Accounts, params: EmptyPasswordsParams) -> Iterator[Result]:
    """One result for each account that a password opens, and one for all."""
    judged = [account for account in facts.accounts if not matches_any(params.ignore, account.name)]
    for account in judged:
        if account.has_password:
            yield _judged(account, params)
    yield looked_at(facts, _in_all(judged))


def _in_all(judged: Sequence[Account]) -> Text:
    count, empty = len(judged), sum(account.password is Password.EMPTY for account in judged)
    if not empty:
        return Text(en=f"{counted(count, 'account')}, none with an empty password", zh=f"共 {count} 个账号,均无空口令")
    return Text(
        en=f"{counted(count, 'account')}, {empty} with an empty password",
        zh=f"共 {count} 个账号,其中 {empty} 个为空口令",
    )


def _judged(account: Account, params: EmptyPasswordsParams) -> Result:
    is_empty = account.password is Password.EMPTY
    measured = (Measurement("empty", float(is_empty)),)
    if is_empty and account.has_real_shell:
        text = Text(en=f"empty password: anybody gets {account.shell}", zh=f"空口令,任何人可得到 {account.shell}")
        return Result(account.name, State.CRIT, text, measured)
    if is_empty:
        text = Text(
            en=f"empty password, though no shell ({account.shell})", zh=f"空口令,但无登录 shell({account.shell})"
        )
        return Result(account.name, State.WARN, text, measured)
    if account.scheme in params.weak:
        text = Text(en=f"password hashed by {account.scheme}: weak", zh=f"口令散列算法过弱:{account.scheme}")
        return Result(account.name, State.WARN, text, measured)
    text = Text(en=f"set, hashed by {account.scheme}", zh=f"已设置,散列算法 {account.scheme}")
    return Result(account.name, State.OK, text, measured)


CHECK = Check(
    reads=accounts.COLLECTOR,
    params=EmptyPasswordsParams,
    evaluate=evaluate,
    title=Text(en="Empty passwords", zh="空口令"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
