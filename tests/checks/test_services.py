import pytest
from pydantic import ValidationError

from checks.contract import Result, State
from checks.services import CHECK, ServicesParams, evaluate
from collectors.services import AskedUnit, Services, Unit


def asked(
    active: str, sub: str, load: str = "loaded", kind: str = "simple", result: str = "success", started: bool = True
) -> AskedUnit:
    return AskedUnit("nginx", Unit("nginx.service", load, active, sub), kind, result, started)


def judged(unit: AskedUnit) -> Result:
    return next(iter(evaluate(Services(True, asked=(unit,)), ServicesParams(required=("nginx",)))))


@pytest.mark.parametrize(
    ("unit", "state", "en"),
    [
        (asked("active", "running"), State.OK, "running"),
        (asked("active", "exited", kind="oneshot"), State.OK, "running (active, exited)"),
        (asked("reloading", "reload"), State.OK, "running (reloading, reload)"),
        (asked("inactive", "dead"), State.CRIT, "not running (inactive, dead)"),
        (asked("failed", "failed", result="exit-code"), State.CRIT, "not running (failed, exit-code)"),
        (asked("inactive", "dead", load="not-found", kind=""), State.CRIT, "not running: there is no such unit"),
        (asked("inactive", "dead", load="masked", kind=""), State.CRIT, "not running: masked"),
        (asked("activating", "start"), State.WARN, "starting (activating, start)"),
        (asked("deactivating", "stop-sigterm"), State.WARN, "stopping (deactivating, stop-sigterm)"),
        (
            asked("activating", "auto-restart", result="exit-code"),
            State.CRIT,
            "ends and is started again and again (exit-code)",
        ),
        (asked("inactive", "dead", kind="oneshot"), State.OK, "ran and ended well"),
        (asked("inactive", "dead", kind="oneshot", started=False), State.WARN, "has not run since the host started"),
        (
            asked("failed", "failed", kind="oneshot", result="timeout"),
            State.CRIT,
            "not running (failed, timeout)",
        ),
    ],
)
def test_required(unit: AskedUnit, state: State, en: str) -> None:
    result = judged(unit)
    assert (result.item, result.state, result.summary.en) == ("nginx", state, en)
    assert result.measurements[0].value == (state is State.OK)


FAILED = tuple(Unit(name, "loaded", "failed", "failed") for name in ("backup.service", "nginx.service", "srv.mount"))


def states(facts: Services, params: ServicesParams) -> dict[str, State]:
    results = list(evaluate(facts, params))
    assert len({result.item for result in results}) == len(results)
    return {result.item: result.state for result in results}


def test_words_of_a_failed_unit() -> None:
    odd = Unit("gone.service", "not-found", "failed", "failed")
    words = [result.summary for result in evaluate(Services(True, (FAILED[0], odd)), ServicesParams())]
    assert [text.en for text in words] == ["failed", "failed (not-found)"]
    assert [text.zh for text in words] == ["运行失败", "运行失败(not-found)"]


def test_failed_units() -> None:
    assert states(Services(True, FAILED), ServicesParams()) == {
        "backup.service": State.WARN,
        "nginx.service": State.WARN,
        "srv.mount": State.WARN,
    }
    assert states(Services(True, FAILED), ServicesParams(ignore_failed=("*.mount", "nginx*", "backup.service"))) == {
        "failed units": State.OK
    }
    assert states(Services(True), ServicesParams()) == {"failed units": State.OK}


def test_what_a_timer_starts_is_told_by_timers() -> None:
    facts = Services(True, FAILED[:1], timed=("backup.service",))
    (result,) = evaluate(facts, ServicesParams())
    assert (result.item, result.state) == ("failed units", State.OK)
    assert (result.summary.en, result.summary.zh) == (
        "none but of timers: backup.service",
        "除定时任务外无:backup.service",
    )
    assert states(Services(True, FAILED[:2], timed=("backup.service",)), ServicesParams()) == {
        "nginx.service": State.WARN
    }
    assert states(facts, ServicesParams(of_timers=True)) == {"backup.service": State.WARN}
    # Who requires it wants to hear of it here.
    assert states(facts, ServicesParams(required=("backup.service",))) == {
        "backup.service": State.UNKNOWN,
        "failed units": State.OK,
    }


def test_a_failed_required_service_is_one_problem_not_two() -> None:
    facts = Services(True, FAILED[1:2], (asked("failed", "failed"),))
    assert states(facts, ServicesParams(required=("nginx",))) == {"nginx": State.CRIT, "failed units": State.OK}


def test_each_item_comes_once() -> None:
    # The required unit has failed, and the probe was sent before it was required.
    assert states(Services(True, FAILED[1:2]), ServicesParams(required=("nginx.service",))) == {
        "nginx.service": State.UNKNOWN,
        "failed units": State.OK,
    }


def test_a_name_the_last_probe_was_not_told() -> None:
    assert states(Services(True), ServicesParams(required=("nginx",))) == {
        "nginx": State.UNKNOWN,
        "failed units": State.OK,
    }


@pytest.mark.parametrize(
    ("required", "process_names", "state", "en"),
    [
        ("dropbear", {}, State.OK, "process dropbear runs"),
        ("ssh", {}, State.OK, "process sshd runs"),
        ("ssh.service", {}, State.OK, "process sshd runs"),
        ("postgresql@15-main.service", {}, State.CRIT, "no process postgresql or postgresqld"),
        ("postgresql", {"postgresql": "postgres"}, State.OK, "process postgres runs"),
        ("prometheus-node-exporter", {}, State.OK, "process prometheus-node-exporter runs"),
        ("nginx", {}, State.CRIT, "no process nginx or nginxd"),
    ],
)
def test_without_systemd(required: str, process_names: dict[str, str], state: State, en: str) -> None:
    facts = Services(False, process_names=("dropbear", "sshd", "postgres", "prometheus-node"))
    (result,) = evaluate(facts, ServicesParams(required=(required,), process_names=process_names))
    assert (result.item, result.state, result.summary.en) == (required, state, en)


def test_chinese_words() -> None:
    assert judged(asked("inactive", "dead")).summary.zh == "未运行(inactive, dead)"
    (result,) = evaluate(Services(True), ServicesParams())
    assert result.summary.zh == "无失败单元"


@pytest.mark.parametrize("name", ["", "-n", "a b", "nginx*", "a;b", "ngинx", "a\nb"])
def test_only_names_of_units(name: str) -> None:
    with pytest.raises(ValidationError, match="not a unit's name"):
        ServicesParams(required=(name,))


def test_the_probe_is_told_what_is_required() -> None:
    assert CHECK.arguments is not None
    params = ServicesParams(required=("nginx", "ssh.socket", "nginx", "import@a\\x2db.service"))
    assert list(CHECK.arguments(params)) == ["nginx", "ssh.socket", "import@a\\x2db.service"]
