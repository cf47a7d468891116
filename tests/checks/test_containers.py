from dataclasses import replace

import pytest

from checks.containers import ContainersParams, evaluate
from checks.contract import Result, State
from collectors.container_engines import Container, Status
from collectors.containers import Containers, Engine

WEB = Container("79adf96322d4", "docker", "web", "nginx:1", Status.RUNNING, "Up 2 hours")
ENDED = replace(WEB, status=Status.EXITED, said="Exited (3) 2 hours ago", exit_code=3, policy="always", restarts=7)


def judged(*found: Container, engines: tuple[Engine, ...] = (Engine("docker"),), **params: object) -> dict[str, Result]:
    results = list(evaluate(Containers(engines, found), ContainersParams.model_validate(params)))
    assert len({result.item for result in results}) == len(results)
    return {result.item: result for result in results}


def test_all_is_well() -> None:
    found = judged(
        WEB, replace(WEB, id="2", name="job", status=Status.EXITED, said="Exited (0) 1 hour ago", exit_code=0)
    )
    assert list(found) == ["containers"]
    assert found["containers"].state is State.OK
    assert found["containers"].summary.en == "1 running, 1 exited"
    assert found["containers"].summary.zh == "运行 1、已退出 1"
    assert [m.value for m in found["containers"].measurements] == [1, 2]
    assert judged()["containers"].summary.en == "none"


@pytest.mark.parametrize("status", [Status.RESTARTING, Status.DEAD])
def test_what_is_broken(status: Status) -> None:
    found = judged(replace(WEB, status=status, said="Restarting (3) 6 seconds ago"))["web"]
    assert (found.state, found.summary.en) == (State.CRIT, "Restarting (3) 6 seconds ago")
    assert found.measurements[0].value == 0.0


def test_unhealthy() -> None:
    sick = replace(WEB, health="unhealthy", said="Up 2 hours (unhealthy)")
    assert judged(sick)["web"].state is State.CRIT
    assert judged(sick)["web"].measurements[0].value == 1.0
    assert judged(sick, unhealthy="warn")["web"].state is State.WARN
    assert "web" not in judged(sick, unhealthy="ok")
    assert "web" not in judged(replace(sick, health="starting"))
    # Docker keeps the last word on one that has ended.
    assert "web" not in judged(replace(sick, status=Status.EXITED, exit_code=0))


def test_ended_with_an_error_against_its_policy() -> None:
    assert judged(ENDED)["web"].state is State.WARN
    assert judged(ENDED)["web"].summary.en == "Exited (3) 2 hours ago; restart policy always"
    assert judged(ENDED)["web"].summary.zh == "Exited (3) 2 hours ago;重启策略 always"
    assert judged(ENDED, exited="crit")["web"].state is State.CRIT
    assert "web" not in judged(replace(ENDED, policy="no"))
    assert "web" not in judged(replace(ENDED, exit_code=0))
    killed = judged(replace(ENDED, out_of_memory=True))["web"].summary.en
    assert killed == "Exited (3) 2 hours ago, killed for want of memory; restart policy always"


def test_a_policy_that_is_not_known_is_told() -> None:
    found = judged(replace(ENDED, policy=None))
    assert found["containers"].summary.en == "1 exited; 1 failed, policy not known"


def test_restarted_since_the_last_look() -> None:
    assert "web" not in judged(replace(WEB, restarts=9, restarted=2))
    found = judged(replace(WEB, restarts=9, restarted=3))["web"]
    assert found.state is State.WARN
    assert found.summary.en == "restarted 3 times since the last look (warn at 3); Up 2 hours"
    assert "web" not in judged(replace(WEB, restarts=900, restarted=None))


def test_required() -> None:
    assert judged(WEB, required=["web"])["web"].state is State.OK
    stopped = judged(replace(ENDED, policy="no"), required=["web"])["web"]
    assert (stopped.state, stopped.summary.en) == (State.CRIT, "required, but Exited (3) 2 hours ago")
    assert judged(WEB, required=["db", "db"])["db"].summary.en == "required, but there is no such container"
    assert judged(replace(WEB, status=Status.PAUSED), required=["web"])["web"].state is State.CRIT


def test_what_an_engine_hides_is_not_called_missing() -> None:
    denied = Engine("podman", None, "needs root, see rounds sudoers")
    found = judged(WEB, engines=(Engine("docker"), denied), required=["db"])
    assert found["db"].state is State.UNKNOWN
    assert found["podman"].state is State.UNKNOWN
    assert found["podman"].summary.en == "does not tell: needs root, see rounds sudoers"
    stopped = judged(engines=(Engine("docker", False),), required=["db"])
    assert (stopped["docker"].state, stopped["db"].state) == (State.WARN, State.CRIT)


def test_ignored() -> None:
    found = judged(ENDED, WEB, ignore=["we?"])
    assert list(found) == ["containers"]
    assert found["containers"].summary.en == "none"


def test_one_name_in_both_engines() -> None:
    found = judged(ENDED, replace(ENDED, id="2", engine="podman"))
    assert {"web (docker)", "web (podman)"} <= found.keys()
