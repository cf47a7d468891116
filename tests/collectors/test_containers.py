import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from collectors import containers
from collectors.container_engines import Status
from collectors.containers import Containers, compare, parse
from collectors.contract import NoPermission, NotApplicable, UnreadableOutput
from tests.collectors.in_shells import every_shell, printed

DOCKER = "== docker\n79adf96322d4 web nginx:1 Up 2 hours (healthy)\n== docker inspected\n"

PODMAN = """#!/bin/sh
[ "$*" != "--version" ] || exec echo podman version 4.3.1
case $1 in
  ps) echo "$0 $*" >>"$0.log"; cat "$0.list" ;;
  inspect) echo "$0 $*" >>"$0.log"; echo "${4}b4922bbe7f975f54db46e7e6a60c7d 3 false 2 always" ;;
esac
"""


@every_shell
def test_only_what_may_be_wrong_is_inspected(shell: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a podman of the test's own: what there is on a machine cannot be relied on."""
    if os.geteuid() != 0:
        pytest.skip("podman is asked as root")
    program = tmp_path / "podman"
    program.write_text(PODMAN, encoding="ascii")
    program.chmod(0o755)
    fine = "".join(
        f"{n:012x} ok{n} img:1 Up {n} hours\n{n + 50:012x} job{n} img:1 Exited (0) 1 hour ago\n" for n in range(9)
    )
    failed = "".join(f"{n:012x} bad{n} img:1 Exited (3) 2 hours ago\n" for n in range(100, 130))
    young = "000000000200 young img:1 Up 4 seconds (healthy)\n"
    (tmp_path / "podman.list").write_text(fine + young + failed, encoding="ascii")
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    probe = containers.PROBE.replace("/var/run/docker.sock", "/no-such").replace("/var/lib/containers", str(tmp_path))
    (tmp_path / "storage").mkdir()
    facts = parse(printed(replace(containers.COLLECTOR, probe=probe), shell))
    assert len(facts.containers) == 49
    assert [one.name for one in facts.containers if one.policy == "always"] == [
        "young",
        *(f"bad{n}" for n in range(100, 119)),
    ]
    asked = (tmp_path / "podman.log").read_text(encoding="ascii").splitlines()
    assert [line.split()[1] for line in asked] == ["ps"] + ["inspect"] * 20


@pytest.mark.skipif(
    bool(shutil.which("podman")) or Path("/var/run/docker.sock").exists(), reason="there is an engine here"
)
@every_shell
def test_without_an_engine_it_is_not_applicable(shell: list[str]) -> None:
    with pytest.raises(NotApplicable):
        parse(printed(containers.COLLECTOR, shell))


@pytest.mark.parametrize(
    ("said", "status", "health", "code"),
    [
        ("Up 2 hours", Status.RUNNING, None, None),
        ("Up About a minute (healthy)", Status.RUNNING, "healthy", None),
        ("Up 3 days (unhealthy)", Status.RUNNING, "unhealthy", None),
        ("Up 3 seconds (health: starting)", Status.RUNNING, "starting", None),
        ("Up 2 hours (Paused)", Status.PAUSED, None, None),
        ("Paused", Status.PAUSED, None, None),
        ("Exited (137) 2 weeks ago", Status.EXITED, None, 137),
        ("Restarting (1) Less than a second ago", Status.RESTARTING, None, 1),
        ("Created", Status.CREATED, None, None),
        ("Dead", Status.DEAD, None, None),
        ("Removal In Progress", Status.OTHER, None, None),
        ("Initialized", Status.OTHER, None, None),
    ],
)
def test_statuses(said: str, status: Status, health: str | None, code: int | None) -> None:
    (one,) = parse(f"== docker\n79adf96322d4 web nginx:1 {said}\n== docker inspected\n").containers
    assert (one.status, one.health, one.exit_code, one.said) == (status, health, code, said)


def test_an_image_without_a_name() -> None:
    (one,) = parse("== podman\n79adf96322d4 web  Up 2 hours\n== podman inspected\n").containers
    assert (one.name, one.image, one.status) == ("web", "", Status.RUNNING)


def with_restarts(restarts: int | None) -> Containers:
    facts = parse(DOCKER)
    return replace(facts, containers=(replace(facts.containers[0], restarts=restarts),))


@pytest.mark.parametrize(
    ("before", "now", "restarted"), [(3, 8, 5), (3, 3, 0), (None, 3, None), (3, None, None), (9, 1, 0)]
)
def test_restarts_between_two_looks(before: int | None, now: int | None, restarted: int | None) -> None:
    assert compare(with_restarts(before), with_restarts(now)).containers[0].restarted == restarted


def test_another_container_of_the_same_name_was_not_restarted() -> None:
    now = with_restarts(8)
    fresh = replace(now, containers=(replace(now.containers[0], id="000000000001"),))
    assert compare(with_restarts(3), fresh).containers[0].restarted is None


def test_a_docker_that_is_podman_is_told_once() -> None:
    both = DOCKER + DOCKER.replace("docker", "podman")
    assert [one.engine for one in parse(both).containers] == ["docker"]


def test_no_right_names_the_group_and_the_line_for_sudoers() -> None:
    with pytest.raises(NoPermission, match=r"NOPASSWD: /usr/bin/docker ps -a.*group docker"):
        parse("== denied /usr/bin/docker ps -a --format {{.ID}}\n")
    with pytest.raises(NoPermission) as caught:
        parse("== denied /usr/bin/podman ps -a --format {{.ID}}\n")
    assert "group" not in str(caught.value)


def test_one_engine_of_two_that_may_be_asked() -> None:
    facts = parse(DOCKER + "== denied /usr/bin/podman ps -a --format {{.ID}}\n")
    assert [(engine.name, engine.answers) for engine in facts.engines] == [("docker", True), ("podman", None)]


@pytest.mark.parametrize(
    "text", ["what", "== docker\nweb\n", "== docker\nzz web img Up\n", f"{DOCKER}79adf96322d4 1\n"]
)
def test_what_is_no_answer(text: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(text)


def test_each_has_a_name_of_its_own() -> None:
    twice = DOCKER.replace("== docker inspected\n", "89adf96322d4 web nginx:1 Up 1 hour\n== docker inspected\n")
    for damaged in (twice, DOCKER.replace(" web ", "  ")):
        with pytest.raises(UnreadableOutput):
            parse(damaged)
