"""The lines for sudoers: what visudo accepts, and no more than the collectors ask."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from agent.catalogue import catalogue
from agent.sudoers import arguments_of, grants, sudoers
from checks.contract import Params
from collectors.backup_sources import TOOLS
from tests.agent.plugins import catalogue_of, collector, with_arguments

SOURCES = [
    "\t".join([name, "/srv/target", *(f"{option}=/srv/{option}" for option in tool.options)])
    for name, tool in TOOLS.items()
]
"""One of each kind, with all its options."""

CATALOGUE = catalogue_of(
    disks=collector(
        "as_root smartctl", root_commands=("smartctl --json=c -a /dev/sd[a-z]", "/opt/tool/storcli64 /call")
    ),
    bare=collector("as_root lvs", root_commands=("lvs",)),
    plain=collector("echo ok"),
)


def test_only_what_the_checks_need_is_listed() -> None:
    assert [grant.collector for grant in grants(CATALOGUE, {"disks", "plain"})] == ["disks"]
    assert list(sudoers("rounds", grants(CATALOGUE, {"disks"}))) == [
        "Defaults:rounds !requiretty, command_timeout=120,"
        ' secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
        "",
        "# disks, read by disks",
        r"rounds ALL=(root) NOPASSWD: /usr/sbin/smartctl --json\=c -a /dev/sd[a-z]",
        r"rounds ALL=(root) NOPASSWD: /usr/bin/smartctl --json\=c -a /dev/sd[a-z]",
        "rounds ALL=(root) NOPASSWD: /opt/tool/storcli64 /call",
    ]


def test_a_command_without_arguments_is_allowed_none() -> None:
    (grant,) = grants(CATALOGUE, {"bare"})
    assert grant.commands[0] == '/usr/sbin/lvs ""'


def test_a_login_of_a_domain_is_written_as_sudoers_wants_it() -> None:
    (allowed, *_) = (
        line for line in sudoers(r"EXAMPLE\domain user", grants(CATALOGUE, {"bare"})) if "NOPASSWD" in line
    )
    assert allowed.startswith(r"EXAMPLE\\domain\ user ALL=(root) NOPASSWD: ")


@pytest.mark.skipif(not shutil.which("visudo"), reason="visudo is not installed")
@pytest.mark.parametrize("user", ["rounds", r"EXAMPLE\domain user"])
def test_visudo_takes_the_lines_of_every_collector(tmp_path: Path, user: str) -> None:
    path = tmp_path / "rounds"
    needed = grants(catalogue(), set(catalogue().checks))
    path.write_text("\n".join(sudoers(user, needed)) + "\n", "utf-8")
    path.chmod(0o440)
    checked = subprocess.run(["visudo", "-cf", path], capture_output=True, text=True, timeout=20, check=False)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("name", sorted(catalogue().collectors))
def test_what_a_probe_runs_as_root_is_declared(name: str) -> None:
    """Each `as_root COMMAND` of a probe has its line; a pattern must not match a blank, and so another option."""
    declared = catalogue().collectors[name].collector
    ran = set(re.findall(r"as_root +([\w./-]+)", declared.probe))
    listed = {command.split()[0] for command in declared.root_commands}
    if declared.root_commands_for:
        listed |= {command.split()[0] for command in declared.root_commands_for(SOURCES)}
    assert ran <= listed | {"$1"}, "an entry in root_commands is missing"
    assert not any("*" in command or "?" in command for command in declared.root_commands)
    assert not listed or "as_root" in declared.probe


def test_no_line_lets_a_login_choose_what_is_run() -> None:
    """sudo joins words by blanks: one word of several is allowed, too, and a name such as `stat -c /x` is a file's.

    So what a command runs has its whole path; and env, which takes any word with a = in it, stands in the root folder.
    """
    for plugin in catalogue().collectors.values():
        asked = plugin.collector.root_commands_for
        for command in (*plugin.collector.root_commands, *(asked(SOURCES) if asked else ())):
            assert all(word.startswith("/") for word in re.findall(r"-(?:exec|execdir|ok) (\S+)", command)), command
            assert not re.search(r"(^|[ /])env (?!--chdir=/ )", command), command
            assert not re.search(r"(^|[ /])(xargs|sh|nice|nohup) ", command), command


def test_what_config_yaml_asks_for_is_in_the_lines() -> None:
    plugins = with_arguments(
        catalogue_of(
            repositories=collector(
                "as_root tool", root_commands_for=lambda asked: [f"tool -r {path}" for path in asked]
            )
        ),
        "repositories",
        ["/srv/a", "/srv/b"],
    )
    made = {"repositories": Params()}
    asked = arguments_of(plugins, [made, made])
    assert asked == {"repositories": ("/srv/a", "/srv/b")}
    (grant,) = grants(plugins, made, asked)
    assert grant.commands[1::2] == ("/usr/bin/tool -r /srv/a", "/usr/bin/tool -r /srv/b")
    assert grants(plugins, made) == ()
