"""What is said of lists that lack what they need, in the words of a person and once."""

from pathlib import Path

import pytest

from agent.catalogue import catalogue
from tests.agent.written_config import HEAD, problems

MAIL = "mail: {host: mail.example.org, from: a@example.org, to: [%s], languages: [%s]}\n"


@pytest.mark.parametrize(
    ("section", "said"),
    [
        (MAIL % ("", "en"), "config.yaml:4: mail.to: must not be empty"),
        (MAIL % ("a@example.org", ""), "config.yaml:4: mail.languages: must not be empty"),
        (MAIL % ("a@example.org", "fr"), "config.yaml:4: mail.languages[0]: expected zh or en, not 'fr'"),
        ("maintenance_log: {languages: [fr]}\n", "config.yaml:4: maintenance_log.languages[0]: expected zh or en, not"),
    ],
)
def test_a_list_that_is_empty_or_holds_nothing_right(tmp_path: Path, section: str, said: str) -> None:
    (found,) = problems(tmp_path, HEAD + section, plugins=catalogue())
    assert found.startswith(said)


def test_an_empty_text(tmp_path: Path) -> None:
    assert problems(tmp_path, HEAD.replace("Portal", '""')) == ["config.yaml:1: system: must not be empty"]
