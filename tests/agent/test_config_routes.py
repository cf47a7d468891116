"""Routes of the mail speak of projects and groups that hosts belong to."""

from pathlib import Path

import pytest

from agent.config import ConfigError, load

CONFIG = """\
system: Portal
timezone: UTC
groups: {{web: {{project: portal}}, nobody: {{}}}}
hosts:
  - {{name: web-01, password_env: HOME, groups: [web]}}
  - {{name: db-01, password_env: HOME, project: ledger, status: out-of-service}}
mail:
  host: smtp.example.org
  from: rounds@example.org
  to: [duty@example.org]
  routes:
    - to: [web@example.org]
      {route}
"""


def loaded(tmp_path: Path, route: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(route=route), encoding="utf-8")
    load(path)


@pytest.mark.parametrize("route", ["projects: [portal, ledger]", "groups: [web]", "severity: critical", "attach: []"])
def test_what_there_is(tmp_path: Path, route: str) -> None:
    loaded(tmp_path, route)


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("projects: [portal, potral]", 'mail.routes[0].projects[1]: no host belongs to the project "potral"'),
        ("groups: [nobody]", 'mail.routes[0].groups[0]: no host belongs to the group "nobody"; there are web'),
        ("severity: severe", "mail.routes[0].severity"),
        ("attach: [docx]", "mail.routes[0].attach[0]"),
        ("attach: [md]", "only xlsx, html, pdf can be attached"),
        ("project: portal", "mail.routes[0].project"),
    ],
)
def test_what_there_is_not_is_told_with_its_place(tmp_path: Path, route: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, route)
    (told,) = [str(problem) for problem in caught.value.problems]
    assert said in told
    assert ":13:" in told
