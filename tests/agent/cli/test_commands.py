"""The commands around a configuration: validate, schema, hosts, record, and the completion of names."""

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from agent import __version__
from agent.catalogue import catalogue
from collectors.contract import SectionError
from tests.agent.cli.conftest import Rounds, command, environment
from tests.collectors.transport.conftest import Sshd


def test_validate_says_what_a_good_file_amounts_to(rounds: Rounds) -> None:
    done = rounds("validate")
    assert done.exit_code == 0
    # One is disabled on a host; backups are looked for on one only, by three checks, since no copy elsewhere and no
    # restore test is expected; and no process is required anywhere.
    checks = 3 * len(catalogue().checks) - 1 - 3 * 2 - 2 * 3 - 3
    assert done.stdout == f"config.yaml is valid: 3 hosts on rounds, 1 out of service, {checks} checks, every 1m\n"


def test_validate_says_everything_that_is_wrong(rounds: Rounds, config: Path) -> None:
    config.write_text(
        "system: x\nhosts:\n  - {name: a, addres: b, port: 99999}\n  - {name: a, key_file: /nothere}\n"
        "rounds: {every: 5x}\nchecks: {disk_usge: {}}\n",
        "utf-8",
    )
    done = rounds("validate")
    assert (done.exit_code, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert len(lines) == 6
    assert [line.split(":")[1] for line in lines] == ["3", "3", "4", "4", "5", "6"]
    assert len(rounds("validate", "--no-files").stderr.splitlines()) == 5


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"a: [", b"- 1\n", b"system: !!python/object:os.system x\n", b"&a [*a]\n"]
)
def test_validate_survives_what_is_no_configuration(rounds: Rounds, config: Path, content: bytes) -> None:
    config.write_bytes(content)
    done = rounds("validate")
    assert done.exit_code == 2
    assert done.stderr.startswith("config.yaml")


def test_the_schema_is_valid_and_takes_a_good_file(rounds: Rounds, config: Path) -> None:
    schema = json.loads(rounds("schema").stdout)
    jsonschema.validators.validator_for(schema).check_schema(schema)
    jsonschema.validate(yaml.safe_load(config.read_text("utf-8")), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"system": "x", "hosts": [{"nam": "a"}]}, schema)


def test_hosts_are_listed(rounds: Rounds) -> None:
    lines = rounds("hosts").stdout.splitlines()
    assert lines[0].split() == ["HOST", "REACHED", "BY", "GROUPS", "ROLE", "OWNER", "CHECKS"]
    assert [line.split()[0] for line in lines[1:]] == ["this-machine", "web-01", "dead", "resting"]
    assert lines[4].endswith("out of service")


def test_hosts_as_json(rounds: Rounds) -> None:
    hosts = json.loads(rounds("hosts", "--json").stdout)
    assert next(iter(hosts[0])) == "name"
    web = hosts[1]
    assert (web["role"], web["owner"], web["groups"], web["status"]) == ("门户 Web", "值班一组", ["web"], "in-service")
    assert "swap_usage" not in web["checks"]
    assert "disk_usage" in web["checks"]
    assert hosts[3]["checks"] == []
    assert not any("key_file" in host or "password" in host for host in hosts)


def test_recordings_are_replayable_and_redacted(rounds: Rounds, tmp_path: Path, server: Sshd) -> None:
    rounds("trust", "web-01", "--yes")
    done = rounds("record", "web-01", "--output", str(tmp_path / "new" / "recordings"))
    assert done.exit_code == 0, done.stderr
    paths = sorted((tmp_path / "new" / "recordings").glob("*/*.txt"))
    asked = {plugin.collector for plugin in catalogue().checks.values()}
    wants_command = {name for name, plugin in catalogue().collectors.items() if plugin.collector.needs_command}
    not_asked_here = {"clock", "restore_tests"}
    assert {path.parent.name for path in paths} >= asked - not_asked_here - wants_command
    for path in paths:
        header, _, output = path.read_text("utf-8").partition("\n")
        assert header.startswith("# ")
        assert "exit status" in header
        with contextlib.suppress(SectionError):  # the foreseen errors are part of a recording too
            catalogue().collectors[path.parent.name].collector.parse(output)
        assert os.uname().nodename not in output.split()
    again = rounds("record", "web-01", "--output", str(tmp_path / "new" / "recordings"))
    assert again.exit_code == 0
    assert len(list((tmp_path / "new" / "recordings").glob("*/*.txt"))) == 2 * len(paths), "nothing is overwritten"


def test_record_says_what_it_cannot_do(rounds: Rounds, tmp_path: Path) -> None:
    dead = rounds("record", "dead", "--output", str(tmp_path / "r"))
    assert dead.exit_code == 2
    assert dead.stderr.startswith("dead (127.0.0.1:")
    assert rounds("record", "nobody", "--output", str(tmp_path)).exit_code == 2
    (tmp_path / "file").write_text("", "ascii")
    refused = rounds("record", "this-machine", "--output", str(tmp_path / "file" / "x"))
    assert refused.exit_code == 2
    assert "cannot write" in refused.stderr


def completed(config: Path, *words: str) -> list[str]:
    """What bash would be offered for the last of `words`."""
    done = subprocess.run(
        [*command()[:1], "-c", "import sys; sys.argv[0] = 'rounds'; from agent.cli import main; main()"],
        cwd=config.parent,
        env={
            **environment(),
            "_ROUNDS_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": str(len(words) - 1),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.stdout.split()


def test_the_shell_completes_names(config: Path) -> None:
    assert completed(config, "rounds", "check", "we") == ["web-01"]
    assert completed(config, "rounds", "trust", "d") == ["dead"]
    assert completed(config, "rounds", "explain", "disk_us") == ["disk_usage"]
    config.write_text("hosts: [", "ascii")
    assert completed(config, "rounds", "check", "we") == []


def test_version_and_help(rounds: Rounds) -> None:
    assert rounds("--version").stdout == f"rounds {__version__}\n"
    helped = rounds("--help").stdout
    for name in (
        "start",
        "check",
        "report",
        "hosts",
        "trust",
        "validate",
        "schema",
        "explain",
        "script",
        "record",
        "new-check",
    ):
        assert f" {name} " in helped
        assert rounds(name, "--help").exit_code == 0
    assert rounds("frobnicate").exit_code == 2


def test_no_command_loads_what_only_files_for_offices_need() -> None:
    told = "import sys, agent.cli.app; from agent.catalogue import catalogue; catalogue(); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert not {"xlsxwriter", "weasyprint", "pypdf", "PIL", "uvicorn"} & set(done.stdout.split())
