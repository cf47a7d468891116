"""Where a set lies, as config.yaml says it: one tool's key, and that tool's options."""

import pytest
from pydantic import ValidationError

from checks.backup_sets import BackupSet
from collectors.backup_sources import TOOLS, Form

VALUES = {Form.PATTERN: "/srv/x/*", Form.PATH: "/srv/x", Form.LOCATION: "/srv/x", Form.NAME: "x"}


@pytest.mark.parametrize("tool", sorted(TOOLS))
def test_every_tool_has_its_key_and_its_options(tool: str) -> None:
    target = VALUES[TOOLS[tool].target.form]
    options = {name: VALUES[setting.form] for name, setting in TOOLS[tool].options.items()}
    one = BackupSet.model_validate({"name": "a", tool: target, **options, "offsite": {tool: target}})
    assert (one.tool, one.target) == (tool, target)
    assert one.asked == "\t".join([tool, target, *(f"{name}={options[name]}" for name in sorted(options))])
    assert one.offsite is not None
    assert one.offsite.asked == f"{tool}\t{target}"
    assert {tool, *options} <= set(one.model_dump()), "it is shown as it was written"
    assert not (set(TOOLS) - {tool}) & set(one.model_dump()), "and nothing else"


@pytest.mark.parametrize(
    ("one", "words"),
    [
        ({}, "expected one of barman, borg, files"),
        ({"files": "/srv/*", "restic": "/srv"}, "not ['files', 'restic']"),
        ({"files": "/srv/*", "password_file": "/root/x"}, "files has no password_file"),
        ({"restic": "-o x"}, "does not begin with -"),
        ({"restic": "/srv\t--insecure"}, "without control characters"),
        ({"restic": " "}, "without control characters"),
        ({"restic": "/srv", "password_file": "x"}, "an absolute path"),
        ({"files": "/srv/"}, "such as /srv/*"),
        ({"files": "/srv/*", "offsite": {}}, "expected one of"),
    ],
)
def test_what_is_refused(one: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        BackupSet.model_validate({"name": "a", **one})
    assert words in str(caught.value)
