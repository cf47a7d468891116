"""The pieces of the probe in every shell, with package managers that answer as the real ones were recorded to."""

import subprocess
from pathlib import Path

import pytest

from collectors.package_managers import Obstacle, apk, apt, repositories, rpm, zypper
from collectors.packages import parse
from tests.collectors.in_shells import every_shell

DNF = """
for word in "$@"; do case $word in --setopt=logdir=*) echo asked >>"${word#*=*=}/dnf.log" || exit 1 ;; esac; done
case "$*" in
  *"--disableexcludes=all check-update" | *"disable_excludes=* check-upgrade")
    printf '\\nbash.x86_64 5.1-2 updates\\nkernel.x86_64 6.1-2 updates\\n'; exit 100 ;;
  *check-update | *check-upgrade) printf '\\nbash.x86_64 5.1-2 updates\\n'; exit 100 ;;
  *"updateinfo list") echo "LAB-2026:0001 Important/Sec. kernel-6.1-2.x86_64" ;;
  *"advisory list") echo "LAB-2026:0001 security Important kernel-6.1-2.x86_64 2026-11-20 10:00:00" ;;
  *) echo "what is $*?" >&2; exit 1 ;;
esac
"""
RPM = """
for name in "$@"; do
  case $name in bash.x86_64) echo "bash.x86_64 5.1-1" ;; kernel.x86_64) echo "kernel.x86_64 6.1-1" ;; esac
done
"""
ZYPPER = """
case "$*" in
  *"list-updates --all")
    echo '<update kind="package" name="bash" edition="5.1-2" arch="x86_64" edition-old="5.1-1"><source alias="oss"/>'
    echo '</update><update kind="package" name="kernel" edition="6.1-2" arch="x86_64" edition-old="6.1-1"></update>' ;;
  *list-updates)
    echo '<update kind="package" name="bash" edition="5.1-2" arch="x86_64" edition-old="5.1-1"><source alias="oss"/>' ;;
  *list-patches) echo '<update kind="patch" name="LAB-1" edition="1" category="security" severity="important">' ;;
  *"info -t patch LAB-1")
    printf 'Name : LAB-1\\nSummary : x\\nConflicts : [2]\\n    kernel.x86_64 < 6.1-2\\n    a < 1\\n' ;;
  *locks) echo '<lock number="1"><name>ker*</name></lock>' ;;
  *) echo "what is $*?" >&2; exit 1 ;;
esac
"""
APK = """
[ "$*" = "--no-network list --upgradable" ] || exit 1
echo 'libcurl-7.78.0-r0 x86_64 {curl} (MIT) [upgradable from: libcurl-7.77.0-r1]'
"""


def asked(shell: list[str], folder: Path, script: str, **programs: str) -> str:
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}")
        (folder / name).chmod(0o755)
    functions = "".join((repositories.SHELL, apt.SHELL, rpm.SHELL, zypper.SHELL, apk.SHELL)).replace(
        "/var/tmp", f"{folder}/tmp"
    )
    functions = functions.replace("/var/cache/dnf", f"{folder}/cache").replace("/var/lib/apt/lists", f"{folder}")
    ended = subprocess.run(
        [*shell, "-s"],
        input=f"PATH={folder}:$PATH\n{functions}\n{script}\n",
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert ended.stderr == ""
    return ended.stdout


@every_shell
@pytest.mark.parametrize("manager", ["dnf", "dnf5", "yum"])
def test_dnf_and_yum(manager: str, shell: list[str], tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    facts = parse(asked(shell, tmp_path, f"ask_dnf {manager}", **{manager: DNF}, rpm=RPM))
    assert facts.manager == manager
    told = [(one.package, one.obstacle, one.security, one.advisories[:1]) for one in facts.updates]
    assert [one[:3] for one in told] == [("bash", Obstacle.NONE, False), ("kernel", Obstacle.HELD, True)]
    assert told[1][3][0].severity == "Important"
    if shell[0] != "busybox":  # where the shell is busybox itself, its own rpm comes first
        assert [one.installed for one in facts.updates] == ["5.1-1", "6.1-1"]
    assert not list((tmp_path / "tmp").iterdir())


def test_dnf_logs_into_a_folder_that_is_removed_again(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    noting = f'echo "$@" >>{tmp_path}/arguments\n{DNF}'
    asked(["sh"], tmp_path, "ask_dnf dnf", dnf=noting, rpm=RPM)
    lines = (tmp_path / "arguments").read_text().splitlines()
    assert len(lines) == 3
    assert all(f"--setopt=logdir={tmp_path}/tmp/dnf-" in line for line in lines)
    assert not list((tmp_path / "tmp").iterdir())


def test_dnf_is_asked_where_it_cannot_have_a_folder(tmp_path: Path) -> None:
    facts = parse(asked(["sh"], tmp_path, "ask_dnf dnf", dnf=DNF, rpm=RPM))
    assert [one.package for one in facts.updates] == ["bash", "kernel"]


@every_shell
@pytest.mark.parametrize(("repository", "tells"), [("baseos", True), ("epel", False), ("epel-next", False)])
def test_advisories_of_epel_say_nothing_of_the_distribution(
    repository: str, tells: bool, shell: list[str], tmp_path: Path
) -> None:
    lists = tmp_path / "cache" / f"{repository}-0123456789abcdef" / "repodata"
    lists.mkdir(parents=True)
    (lists / "12-updateinfo.xml.gz").touch()
    told = DNF.replace("LAB-2026:0001", "FEDORA-EPEL-2026-1").replace(" updates", " epel")
    printed = asked(shell, tmp_path, "ask_dnf dnf", dnf=told, rpm=RPM)
    facts = parse(printed)
    assert ("\nadvisories\n" in printed, facts.security_told) == (tells, tells)
    assert any(one.security for one in facts.updates)


APT = """
[ "${0##*/}" = apt-get ] || exit 0
echo "Inst curl [7.88.1-10] (7.88.1-10+deb12u8 Joined:12/stable [amd64])"
"""


@every_shell
@pytest.mark.parametrize(
    ("release", "told"),
    [
        ("Origin: Debian\nLabel: Debian-Security\nSuite: oldstable-security\n", True),
        ("Origin: Ubuntu\nLabel: Ubuntu\nSuite: jammy-security\n", True),
        ("Origin: Mirror\nLabel: Joined\nSuite: stable\nDescription: with security updates\n", False),
    ],
)
def test_without_an_archive_for_security_apt_does_not_tell(
    release: str, told: bool, shell: list[str], tmp_path: Path
) -> None:
    (tmp_path / "mirror_InRelease").write_text(f"-----BEGIN PGP SIGNED MESSAGE-----\n\n{release}")
    facts = parse(asked(shell, tmp_path, "ask_apt", **{"apt-get": APT, "apt": APT}))
    assert ([one.package for one in facts.updates], facts.security_told) == (["curl"], told)


@every_shell
def test_zypper(shell: list[str], tmp_path: Path) -> None:
    facts = parse(asked(shell, tmp_path, "ask_zypper", zypper=ZYPPER))
    assert [(one.package, one.installed, one.obstacle, one.security) for one in facts.updates] == [
        ("bash", "5.1-1", Obstacle.NONE, False),
        ("kernel", "6.1-1", Obstacle.HELD, True),
    ]


@every_shell
def test_apk(shell: list[str], tmp_path: Path) -> None:
    facts = parse(asked(shell, tmp_path, "ask_apk", apk=APK))
    assert [(one.package, one.available) for one in facts.updates] == [("libcurl", "7.78.0-r0")]


@every_shell
def test_which_repositories_are_enabled(shell: list[str], tmp_path: Path) -> None:
    files = {
        "a.repo": "[base]\nname=Base\n[off]\nenabled = 0\n[on]\nenabled=1\n[no]\nenabled=False\r\n",
        "b.repo": "# [comment]\n[main]\nkeepcache=0\n[later]\n",
        "override.repo": "[base]\nenabled=0\n[glob-*]\nenabled=1\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    names = " ".join(str(tmp_path / name) for name in ("nowhere.repo", *files))
    assert asked(shell, tmp_path, f"enabled_repositories {names}").split() == ["on", "later"]
