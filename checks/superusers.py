"""Whether any account but root has root's number, and so all of root's rights.

Item        the account
State       CRIT for one with UID 0 that `allowed` does not list
Why         a second UID 0 is root under another name: it hides in logs behind root's, and is a favourite of intruders
What to do  grep ':0:' /etc/passwd; find out who added it (last, the audit log). Not wanted: usermod --lock NAME, then
            remove its line with vipw. Wanted: give it a number of its own and rights by sudo, or list it in `allowed`
Manual      3 superusers; account audit form
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text
from collectors import accounts
from collectors.account_files import Account
from collectors.accounts import Accounts


class SuperusersParams(Params):
    """Parameters of superusers."""

    allowed: tuple[str, ...] = Field(("root",), description="the accounts that may have UID 0")
    retries: int = Field(1, ge=1, le=100, description="how many looks in a row must agree; one, since looks are rare")


def evaluate(facts: Accounts, params: SuperusersParams) -> Iterator[Result]:
    """One result for each account with UID 0."""
    for account in facts.accounts:
        if account.uid == 0:
            yield _judged(account, account.name in params.allowed)


def _judged(account: Account, is_allowed: bool) -> Result:
    measured = (Measurement("superuser", 1.0),)
    if is_allowed:
        return Result(account.name, State.OK, Text(en="UID 0, as meant", zh="UID 0,符合规定"), measured)
    entry = Text(en=f"shell {account.shell}", zh=f"登录 shell {account.shell}")
    if account.has_real_shell and (account.has_password or account.has_key):
        entry = Text(en=f"{entry.en}, open to logins", zh=f"{entry.zh},可登录")
    text = Text(en=f"UID 0 beside root: {entry.en}", zh=f"除 root 外另有 UID 0 账号:{entry.zh}")
    return Result(account.name, State.CRIT, text, measured)


CHECK = Check(
    reads=accounts.COLLECTOR,
    params=SuperusersParams,
    evaluate=evaluate,
    title=Text(en="Superusers", zh="超级用户账号"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.SECURITY,
)
