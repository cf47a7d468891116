from dataclasses import replace

from checks.contract import Result, State
from checks.logged_in_users import LoggedInUsersParams, evaluate
from collectors.logged_in_users import LoggedInUsers
from collectors.logins import Login

ALICE = Login("alice", "pts/0", "192.0.2.7", 10800.0, 60.0)
ROOT = Login("root", "tty1", None, 120.0, 7200.0)


def judged(*logins: Login, **params: object) -> dict[str, Result]:
    results = evaluate(LoggedInUsers(logins), LoggedInUsersParams.model_validate(params))
    return {result.item: result for result in results}


def states(*logins: Login, **params: object) -> list[State]:
    return [result.state for result in judged(*logins, **params).values()]


def test_nobody() -> None:
    found = judged()
    assert list(found) == ["logins", "root", "idle"]
    assert [result.summary.en for result in found.values()] == [
        "nobody is logged in",
        "root is not logged in",
        "nobody is logged in",
    ]
    assert states() == [State.OK] * 3


def test_who_from_where_since_when() -> None:
    found = judged(ALICE, ROOT)
    assert found["logins"].summary.en == "2: alice on pts/0 from 192.0.2.7 for 3 h, root on tty1 for 2 min"
    assert found["logins"].summary.zh == "2 个:alice(pts/0,来自 192.0.2.7)已登录 3 小时, root(tty1)已登录 2 分钟"
    assert found["root"].summary.en == "root on tty1 for 2 min"
    assert found["idle"].summary.en == "2 h at most"
    assert states(ALICE, ROOT) == [State.OK] * 3


def test_number_of_logins() -> None:
    found = judged(ALICE, ROOT, logins={"warn": 2, "crit": 3})["logins"]
    assert (found.state, found.measurements[0].value, found.measurements[0].warn) == (State.WARN, 2, 2)
    assert found.summary.en.endswith("(warn at 2)")
    assert judged(ALICE, logins={"warn": 2})["logins"].state is State.OK


def test_many_are_not_all_named() -> None:
    crowd = [replace(ALICE, terminal=f"pts/{n}") for n in range(30)]
    summary = judged(*crowd)["logins"].summary.en
    assert summary.startswith("30: alice on pts/0")
    assert summary.endswith("pts/4 from 192.0.2.7 for 3 h, ...")


def test_root() -> None:
    assert judged(ROOT, root="crit")["root"].state is State.CRIT
    assert judged(ROOT, root="warn")["root"].state is State.WARN
    assert judged(ALICE, root="crit")["root"].state is State.OK
    assert judged(ALICE, ROOT)["root"].measurements[0].value == 1


def test_idle() -> None:
    asleep = replace(ALICE, idle_seconds=86400.0)
    found = judged(asleep, ROOT)["idle"]
    assert (found.state, found.measurements[0].value) == (State.WARN, 86400.0)
    assert found.summary.en == "up to 1 d: alice on pts/0 (warn at 1 d)"
    assert found.summary.zh == "最长 1 天:alice(pts/0)(警告阈值 1 天)"
    assert judged(replace(ALICE, idle_seconds=86399.0))["idle"].state is State.OK
    both = judged(asleep, ROOT, idle={"warn": "1h", "crit": "1d"})["idle"]
    assert both.summary.en == "up to 1 d: alice on pts/0, root on tty1 (crit at 1 d)"


def test_idle_that_nobody_knows() -> None:
    found = judged(replace(ALICE, idle_seconds=None))["idle"]
    assert (found.state, found.summary.en, found.measurements) == (State.UNKNOWN, "not known of alice on pts/0", ())
    assert judged(replace(ALICE, idle_seconds=None), idle=None)["idle"].state is State.OK


def test_what_is_ignored_is_not_there() -> None:
    assert states(ROOT, root="crit", idle={"warn": "1h"}, ignore=["root@tty*"]) == [State.OK] * 3
    assert judged(ROOT, root="crit", ignore=["root@pts/*"])["root"].state is State.CRIT
