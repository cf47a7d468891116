"""`rounds token`: shown once, hashed in what goes into config.yaml."""

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from agent.cli.app import app
from agent.config import Scope, load
from agent.web.tokens import hash_of, new_token, owner
from tests.agent.web.doors import config_file


def made(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["token", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def test_the_lines_are_for_the_token_that_is_shown(tmp_path: Path) -> None:
    said = made("prometheus", "--scope", "metrics", "--scope", "read", "--scope", "read")
    token = re.findall(r"^    (rounds_\S+)$", said, re.MULTILINE)
    assert len(token) == 1
    assert said.count(token[0]) == 1
    lines = said[said.index("web:\n") :]
    section = yaml.safe_load(lines)["web"]
    assert section["tokens"][0]["scopes"] == ["metrics", "read"]
    tokens = str(section["tokens"]).replace("'", "")
    found = owner(load(config_file(tmp_path, f", tokens: {tokens}")).web.tokens, token[0].encode())
    assert found is not None
    assert (found.name, set(found.scopes)) == ("prometheus", {Scope.METRICS, Scope.READ})


def test_it_may_go_into_a_file_of_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "prometheus.token"
    said = made("prometheus", "-s", "metrics", "--to", str(path))
    token = path.read_text().strip()
    assert path.stat().st_mode & 0o777 == 0o600
    assert token not in said
    assert hash_of(token.encode()) in said
    again = CliRunner().invoke(app, ["token", "prometheus", "-s", "metrics", "--to", str(path)])
    assert (again.exit_code, "File exists" in again.output) == (2, True)
    assert path.read_text().strip() == token, "what is there is not written over"


@pytest.mark.parametrize("arguments", [["a"], ["a", "-s", "write"], ["", "-s", "read"], ["../a", "-s", "read"], []])
def test_what_cannot_be_is_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["token", *arguments]).exit_code == 2


def test_tokens_are_long_and_never_the_same() -> None:
    several = {new_token() for _ in range(100)}
    assert len(several) == 100
    assert all(re.fullmatch(r"rounds_[A-Za-z0-9_-]{43}", token) for token in several), "256 bits each"
