import pytest
from pydantic import ValidationError

from checks.contract import State
from checks.required_processes import RequiredProcessesParams, evaluate
from collectors.processes import NameCount, Processes

FACTS = Processes(1.0, (), (NameCount("java", 2), NameCount("prometheus-node", 1)), 0, (), (), None, None)


def judged(**required: object) -> tuple[State, str, str]:
    params = RequiredProcessesParams.model_validate({"required": [required]})
    (result,) = evaluate(FACTS, params)
    assert result.item == required["name"]
    return result.state, result.summary.en, result.summary.zh


@pytest.mark.parametrize(
    ("required", "state"),
    [
        ({"name": "java"}, State.OK),
        ({"name": "java", "at_least": 2, "at_most": 2}, State.OK),
        ({"name": "java", "at_least": 3}, State.CRIT),
        ({"name": "java", "at_most": 1}, State.WARN),
        ({"name": "oracle"}, State.CRIT),
        ({"name": "oracle", "at_least": 0, "at_most": 0}, State.OK),
        ({"name": "java", "at_least": 0, "at_most": 0}, State.WARN),
        # The kernel keeps 15 bytes of a name.
        ({"name": "prometheus-node-exporter"}, State.OK),
    ],
)
def test_states(required: dict[str, object], state: State) -> None:
    assert judged(**required)[0] is state


def test_words() -> None:
    assert judged(name="java")[1:] == ("2 running", "运行 2 个")
    assert judged(name="oracle")[1:] == ("none running, 1 required", "运行 0 个,要求至少 1 个")
    assert judged(name="java", at_most=1)[1:] == ("2 running, at most 1 expected", "运行 2 个,预期至多 1 个")


def test_nothing_required_nothing_said() -> None:
    assert list(evaluate(FACTS, RequiredProcessesParams())) == []


@pytest.mark.parametrize(
    "required",
    [[{"name": "java"}, {"name": "java"}], [{"name": "java", "at_least": 2, "at_most": 1}], [{"name": ""}], ["java"]],
)
def test_what_makes_no_sense_is_refused(required: list[object]) -> None:
    with pytest.raises(ValidationError):
        RequiredProcessesParams.model_validate({"required": required})
