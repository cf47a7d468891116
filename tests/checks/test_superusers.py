from checks.contract import State
from checks.superusers import SuperusersParams, evaluate
from collectors.account_files import Password
from tests.checks.accounts_made import account, facts


def test_only_root_is_root() -> None:
    (root,) = evaluate(facts(account("alice")), SuperusersParams())
    assert (root.item, root.state) == ("root", State.OK)


def test_a_second_one_is_found_under_its_own_name() -> None:
    _, toor = evaluate(facts(account("toor", 0)), SuperusersParams())
    assert (toor.item, toor.state) == ("toor", State.CRIT)
    assert toor.summary.en == "UID 0 beside root: shell /bin/bash, open to logins"
    assert toor.summary.zh == "除 root 外另有 UID 0 账号:登录 shell /bin/bash,可登录"


def test_one_that_nobody_can_log_in_to_is_no_better() -> None:
    _, halt = evaluate(
        facts(account("halt", 0, shell="/sbin/halt", password=Password.NONE)), SuperusersParams(allowed=("root",))
    )
    assert (halt.state, halt.summary.en) == (State.CRIT, "UID 0 beside root: shell /sbin/halt")


def test_the_organisation_says_which() -> None:
    found = evaluate(facts(account("toor", 0)), SuperusersParams(allowed=("toor",)))
    assert {one.item: one.state for one in found} == {"root": State.CRIT, "toor": State.OK}
