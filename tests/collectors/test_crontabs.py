"""Jobs of cron leave their commands on the host."""

from dataclasses import replace
from pathlib import Path

import pytest

from collectors.contract import Entry, Kind
from collectors.crontabs import COLLECTOR, Crontabs, Job, compare, inventory, parse
from tests.collectors.in_shells import every_shell, printed

SECRET = "PlantedSecret"

LINES = {
    f"5 1 * * * root DB_PASSWORD={SECRET} /opt/a --key {SECRET}": "/opt/a",
    f'5 2 * * * root PASS="{SECRET} and {SECRET}" /opt/b': "?",
    f"5 3 * * * root PASS='{SECRET} x' /opt/b": "?",
    f"5 4 * * * root PASS=$(echo {SECRET}) /opt/b": "?",
    f"5 5 * * * root PASS=`echo {SECRET}` /opt/b": "?",
    f"5 6 * * * root PASS=\\ {SECRET} /opt/b": "?",
    f"5 7 * * * root {SECRET}:{SECRET}@db": "?",
    f"*/5 * * jan-mar,dec mon-fri www-data /opt/c {SECRET}": "/opt/c",
    f"-5 8 * * * root /opt/suse {SECRET}": "/opt/suse",
    f"@reboot root /opt/d {SECRET}": "/opt/d",
    f"5\t9\t*\t*\t*\troot\t[ -x /opt/e ] && /opt/e {SECRET}": "test",
}
NO_JOBS = (
    f"PASSWORD={SECRET}",
    f'"PASSWORD" = {SECRET}',
    f"# 5 5 * * * root {SECRET}",
    f"{SECRET} is no line of a crontab at all",
    f"@{SECRET} root /opt/f",
    f"5 5 * * * {SECRET}=1 /opt/f",
    f"5 5 * * {SECRET} root /opt/f",
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A host's files of cron, with a secret in each place where people put one."""
    for folder in ("etc/cron.d", "etc/cron.daily", "var/spool/cron/crontabs", "var/spool/cron/atjobs"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "etc/cron.d/jobs").write_text("\n".join([*LINES, *NO_JOBS, ""]))
    (tmp_path / "etc/cron.d/jobs.dpkg-old").write_text(f"5 5 * * * root /opt/{SECRET}\n")
    (tmp_path / "etc/anacrontab").write_text(f"TOKEN={SECRET}\n7 10 weekly run-parts {SECRET}\n@monthly 5 m /opt/m\n")
    (tmp_path / "var/spool/cron/crontabs/app").write_text(
        f"@daily /srv/report -p{SECRET}\n1 2 3 4 5 mysqldump {SECRET}\n"
    )
    (tmp_path / "var/spool/cron/atjobs/a1").write_text(f"#!/bin/sh\nTOKEN={SECRET}; export TOKEN\n1 2 3 4 5 {SECRET}\n")
    script = tmp_path / "etc/cron.daily/rotate"
    script.write_text(f"#!/bin/sh\n{SECRET}\n")
    script.chmod(0o755)
    return tmp_path


def told_in(root: Path, shell: list[str]) -> str:
    """What the probe prints that finds `root` where / is, and may read all of it."""
    path, pattern = str(root), str(root).replace("/", r"\/")
    probe = COLLECTOR.probe.replace(r"/^\/", rf"/^{pattern}\/").replace("as_root ", "")
    for top in ("/etc/", "/var/spool/"):
        probe = probe.replace(f" {top}", f" {path}{top}")
    return printed(replace(COLLECTOR, probe=probe), shell).replace(path, "")


@every_shell
def test_no_secret_leaves_and_each_job_is_told(root: Path, shell: list[str]) -> None:
    output = told_in(root, shell)
    assert SECRET not in output
    facts = parse(output)
    programs = sorted(job.program for job in facts.jobs if job.file == "/etc/cron.d/jobs")
    assert programs == sorted(LINES.values())
    others = {job for job in facts.jobs if job.file != "/etc/cron.d/jobs"}
    assert others == {
        Job("/etc/anacrontab", "every 7 days", "root", "run-parts"),
        Job("/etc/anacrontab", "@monthly", "root", "/opt/m"),
        Job("/var/spool/cron/crontabs/app", "@daily", "app", "/srv/report"),
        Job("/var/spool/cron/crontabs/app", "1 2 3 4 5", "app", "mysqldump"),
    }
    assert facts.scripts == ("/etc/cron.daily/rotate",)
    assert facts.all_seen


def test_another_schedule_is_another_value_of_the_same_entry() -> None:
    before, after = (
        set(inventory(Crontabs((Job("/etc/cron.d/a", schedule, "root", "/opt/a"),), (), all_seen=True)))
        for schedule in ("5 5 * * *", "6 6 * * *")
    )
    assert before == {Entry(Kind.TIMER, "/etc/cron.d/a /opt/a", "5 5 * * * as root")}
    assert {entry.name for entry in before} == {entry.name for entry in after}
    assert before != after


def test_what_root_is_denied_now_did_not_go() -> None:
    system, own = Job("/etc/crontab", "@daily", "root", "/opt/a"), Job("/var/spool/cron/app", "@daily", "app", "/opt/b")
    whole = Crontabs((system, own), (), all_seen=True)
    other = Job("/etc/crontab", "@daily", "root", "/opt/c")
    denied = compare(whole, Crontabs((other,), (), all_seen=False))
    assert denied == Crontabs((other, own), (), all_seen=False)
    assert compare(denied, Crontabs((other,), (), all_seen=False)) == denied
    assert compare(denied, Crontabs((other,), (), all_seen=True)).jobs == (other,)
