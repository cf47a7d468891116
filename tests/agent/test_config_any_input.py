"""Whatever stands in the file, the answer is a configuration or its problems, soon."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from agent.config import ConfigError, Problem
from agent.config import document as reading
from tests.agent.written_config import HEAD, config

_KEYS = """
    system timezone hosts groups checks rounds ssh history web log post name address port jump every status transport
    fullness freshness used_percent warn crit sets rules url listen password key_file password_file folder g a
"""
KEYS = st.sampled_from(_KEYS.split()) | st.text(max_size=4)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["60s", "5GiB", "80%", "a", "g", "local", "~nobody/x", "0.0.0.0:1", "sqlite://", "\x00", "Asia"])
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=30
)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "system": VALUES,
        "timezone": VALUES,
        "hosts": st.lists(st.dictionaries(KEYS, VALUES, max_size=8), max_size=4) | VALUES,
        "groups": st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=4)) | VALUES,
        "checks": st.dictionaries(KEYS, st.dictionaries(KEYS, VALUES, max_size=4)) | VALUES,
        **dict.fromkeys(("rounds", "ssh", "history", "web", "log", "post"), VALUES),
    },
)
ANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def answer(folder: Path, content: bytes) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        read = config(folder, content)
    except ConfigError as error:
        problems = error.problems
        assert problems, "an error without a problem"
    else:
        assert read.hosts
    lines = content.count(b"\n") + content.count(b"\r") + 2
    assert all(problem.line is None or 1 <= problem.line <= lines for problem in problems)
    "".join(map(str, problems)).encode()


@pytest.fixture(params=["libyaml", "python"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both of PyYAML's parsers: the fast one may be missing where the agent is installed."""
    if request.param == "python":
        slow = type("Slow", (yaml.SafeLoader,), {"yaml_implicit_resolvers": reading._Loader.yaml_implicit_resolvers})
        monkeypatch.setattr(reading, "_Loader", slow)
    return str(request.param)


@ANY
@given(content=st.binary(max_size=200))
@example(b"\xef\xbb\xbf")
@example(b"[" * 3000)
@example(b"{a: " * 3000)
@example(b"- " * 3000)
@example(b"&a *a")
@example(b"? " * 200)
def test_bytes(tmp_path: Path, loader: str, content: bytes) -> None:
    answer(tmp_path, content)


@ANY
@given(text=st.text(alphabet=st.sampled_from(list("ab:-[]{}&*!|>'\"%@`#?, \n\t0<~\\")), max_size=60))
def test_text_that_looks_like_yaml(tmp_path: Path, loader: str, text: str) -> None:
    answer(tmp_path, HEAD.encode() + text.encode())


@ANY
@given(document=DOCUMENTS)
@example({"hosts": [{"name": ["a"]}, {"name": {"a": 1}}]})
@example({"hosts": [{"name": "a", "jump": "b"}, {"name": "b", "jump": "c"}, {"name": "c", "jump": "b"}]})
@example({"ssh": {"password_file": "a\x00b", "key_file": "a\x00b"}})
@example({"rounds": {"every": float("nan"), "deadline": float("inf")}})
def test_any_document(tmp_path: Path, document: dict[str, Any]) -> None:
    answer(tmp_path, yaml.safe_dump(document, allow_unicode=True).encode())


@ANY
@given(document=DOCUMENTS)
def test_any_document_beside_what_is_right(tmp_path: Path, document: dict[str, Any]) -> None:
    right = {"system": "x", "timezone": "UTC", "hosts": [{"name": "a", "transport": "local"}]}
    answer(tmp_path, yaml.safe_dump({**document, **right}, allow_unicode=True).encode())
