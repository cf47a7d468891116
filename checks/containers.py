"""Whether the containers of docker and podman do what they should.

Item        the container, by its name, while something is wrong with it and always for one of `required`; `containers`
            for all together; the engine, `docker` or `podman`, when it does not tell
State       CRIT for a required container that does not run, and one that is dead or restarted again and again;
            `unhealthy` for a failing health check; `exited` for one that ended with an error although its restart
            policy would have it run; from `restarts` since the look before; WARN for a stopped engine
Why         a container that fails is started anew for ever, or given up, without a word to anybody
What to do  docker ps -a; docker logs --tail 50 NAME; docker inspect NAME. Stopped on purpose: docker rm NAME, or docker
            update --restart=no NAME; what need not be looked at goes on `ignore`
Manual      2.1 containers; form 8.2, key services
"""

from collections import Counter
from collections.abc import Iterator

from pydantic import Field

from checks.contract import Check, Layer, Measurement, Params, Result, Section, State, Text, UpperLevels
from checks.contract.patterns import matches_any
from checks.contract.severity import Severity
from checks.contract.threshold import crossed
from collectors import containers
from collectors.container_engines import Container, Status
from collectors.containers import Containers, Engine

_WORDS = {
    Status.RUNNING: "运行",
    Status.PAUSED: "暂停",
    Status.RESTARTING: "重启中",
    Status.EXITED: "已退出",
    Status.CREATED: "已创建",
    Status.DEAD: "失效",
    Status.OTHER: "变更中",
}


class ContainersParams(Params):
    """Parameters of containers."""

    required: tuple[str, ...] = Field((), description="containers that must run, by name: [web, portal_db_1]")
    ignore: tuple[str, ...] = Field((), description="containers not to look at, as shell patterns of names: [ci-*]")
    unhealthy: Severity = Field(Severity.CRIT, description="what a failing health check is: ok, warn or crit")
    exited: Severity = Field(
        Severity.WARN, description="what a container with a restart policy is that ended with an error: ok, warn, crit"
    )
    restarts: UpperLevels[int] = Field(
        UpperLevels[int](warn=3), description="how often the engine started a container anew since the look before"
    )
    retries: int = Field(2, ge=1, le=100, description="how many looks in a row must agree")


def evaluate(facts: Containers, params: ContainersParams) -> Iterator[Result]:
    """What is wrong, what is required, and the count of all."""
    yield from (_silent(engine) for engine in facts.engines if not engine.answers)
    looked_at = [one for one in facts.containers if not matches_any(params.ignore, one.name)]
    names = Counter(one.name for one in looked_at)
    for one in looked_at:
        state, words = _judge(one, params)
        if state is not State.OK or one.name in params.required:
            item = f"{one.name} ({one.engine})" if names[one.name] > 1 else one.name
            yield Result(item, state, words, (Measurement("up", float(one.status is Status.RUNNING)),))
    for name in dict.fromkeys(params.required):
        if name not in names:
            yield _missing(name, facts.engines)
    yield _all(looked_at)


def _silent(engine: Engine) -> Result:
    if engine.answers is False:
        words = Text(en="installed, but not running: it may have containers", zh="已安装但未运行,可能有容器")
        return Result(engine.name, State.WARN, words)
    reason = engine.trouble or "it says nothing"
    return Result(engine.name, State.UNKNOWN, Text(en=f"does not tell: {reason}", zh=f"无法查询:{reason}"))


def _missing(name: str, engines: tuple[Engine, ...]) -> Result:
    if any(engine.answers is None for engine in engines):
        words = Text(en="required, and not seen: an engine does not tell", zh="必需的容器未见到:有引擎无法查询")
        return Result(name, State.UNKNOWN, words)
    words = Text(en="required, but there is no such container", zh="必需的容器不存在")
    return Result(name, State.CRIT, words, (Measurement("up", 0.0),))


def _judge(one: Container, params: ContainersParams) -> tuple[State, Text]:
    verdicts = [_of_status(one, params), _of_restarts(one, params), _of_health(one, params)]
    return max(verdicts, key=lambda verdict: verdict[0])


def _of_status(one: Container, params: ContainersParams) -> tuple[State, Text]:
    words = Text(en=one.said, zh=one.said)
    if one.status in (Status.DEAD, Status.RESTARTING):
        return State.CRIT, words
    if one.name in params.required and one.status is not Status.RUNNING:
        return State.CRIT, Text(en=f"required, but {one.said}", zh=f"必需的容器未运行:{one.said}")
    if one.has_failed and one.policy not in (None, "no"):
        memory = Text(en=", killed for want of memory", zh=",因内存不足被终止")
        more = memory if one.out_of_memory else Text(en="", zh="")
        return params.exited.state, Text(
            en=f"{one.said}{more.en}; restart policy {one.policy}", zh=f"{one.said}{more.zh};重启策略 {one.policy}"
        )
    return State.OK, words


def _of_restarts(one: Container, params: ContainersParams) -> tuple[State, Text]:
    state = params.restarts.judge(one.restarted or 0)
    level = crossed(params.restarts, state)
    return state, Text(
        en=f"restarted {one.restarted} times since the last look{level.en}; {one.said}",
        zh=f"上次检查以来重启 {one.restarted} 次{level.zh};{one.said}",
    )


def _of_health(one: Container, params: ContainersParams) -> tuple[State, Text]:
    bad = one.health == "unhealthy" and one.status is Status.RUNNING
    return params.unhealthy.state if bad else State.OK, Text(en=one.said, zh=one.said)


def _all(found: list[Container]) -> Result:
    counts = Counter(one.status for one in found)
    # Beyond the twenty that are inspected, or not allowed to be.
    unknown = sum(one.has_failed and one.policy is None for one in found)
    more = Text(en=f"; {unknown} failed, policy not known", zh=f";{unknown} 个出错退出,策略未知")
    more = more if unknown else Text(en="", zh="")
    listed = [(count, status) for status in Status if (count := counts[status])]
    summary = Text(
        en=(", ".join(f"{count} {status}" for count, status in listed) or "none") + more.en,
        zh=("、".join(f"{_WORDS[status]} {count}" for count, status in listed) or "无") + more.zh,
    )
    measured = (Measurement("running", counts[Status.RUNNING]), Measurement("all", len(found)))
    return Result("containers", State.OK, summary, measured)


CHECK = Check(
    reads=containers.COLLECTOR,
    params=ContainersParams,
    evaluate=evaluate,
    title=Text(en="Containers", zh="容器"),
    layer=Layer.APPLICATION,
    section=Section.SERVERS,
)
