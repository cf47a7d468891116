"""What goes wrong with services and units, and what a package asks for."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.host import LabHost


@contextmanager
def stopped_service(host: LabHost) -> Iterator[str]:
    """The clock daemon is stopped. Yields its name: a unit under systemd, a process elsewhere."""
    name = "cron" if host.has_systemd else "crond"
    host.sh("systemctl stop cron" if host.has_systemd else "killall crond")
    try:
        yield name
    finally:
        host.sh("systemctl start cron" if host.has_systemd else "crond")
        # Started is said before the program has taken its name.
        host.sh(f"i=0; until pidof {name}; do i=$((i+1)); [ $i -lt 50 ] || exit 1; sleep 0.1; done", timeout=10)


@contextmanager
def failed_unit(host: LabHost) -> Iterator[str]:
    """A unit of systemd has failed. Yields its name."""
    unit = "lab-broken.service"
    host.sh(f"printf '[Service]\\nType=oneshot\\nExecStart=/bin/false\\n' >/run/systemd/system/{unit}")
    host.sh(f"systemctl daemon-reload; systemctl start {unit}", check=False)
    try:
        yield unit
    finally:
        host.sh(
            f"rm -f /run/systemd/system/{unit}; systemctl daemon-reload; systemctl reset-failed {unit}", check=False
        )


@contextmanager
def reboot_required(host: LabHost) -> Iterator[str]:
    """A package asked for a reboot, as Debian's notifier writes it down. Yields the package."""
    package = "linux-image-amd64"
    host.sh(f"echo '*** System restart required ***' >/run/reboot-required; echo {package} >/run/reboot-required.pkgs")
    try:
        yield package
    finally:
        host.sh("rm -f /run/reboot-required /run/reboot-required.pkgs")


@contextmanager
def failing_timer(host: LabHost) -> Iterator[str]:
    """A timer of systemd starts a job that fails each time. Yields the timer's name."""
    job, timer = "lab-job.service", "lab-job.timer"
    folder = "/run/systemd/system"
    host.sh(
        f"printf '[Service]\\nType=oneshot\\nExecStart=/bin/false\\n' >{folder}/{job}; "
        f"printf '[Timer]\\nOnActiveSec=1s\\nOnUnitActiveSec=1h\\n' >{folder}/{timer}; "
        f"systemctl daemon-reload; systemctl start {timer}"
    )
    try:
        yield timer
    finally:
        host.sh(f"systemctl stop {timer}; rm -f {folder}/{job} {folder}/{timer}", check=False)
        host.sh(f"systemctl reset-failed {job}; systemctl daemon-reload", check=False)


@contextmanager
def unsynchronised_clock(host: LabHost) -> Iterator[str]:
    """The time service has lost the server it followed. Yields the service."""
    host.sh("chronyc -a offline >/dev/null; chronyc -a reset sources >/dev/null")
    try:
        yield "chrony"
    finally:
        host.sh("chronyc -a online >/dev/null; chronyc -a burst 4/4 >/dev/null")


@contextmanager
def stopped_time_service(host: LabHost) -> Iterator[str]:
    """The time service is off. Yields its unit."""
    host.sh("systemctl stop chrony")
    try:
        yield "chrony"
    finally:
        host.sh("systemctl start chrony")


def logged_error(host: LabHost, words: str) -> str:
    """A line of error in the system's log. Returns its words."""
    host.sh(f"logger -p daemon.err -t lab '{words}'")
    return words


@contextmanager
def broken_crontab(host: LabHost) -> Iterator[str]:
    """A crontab lacks its last newline, and cron ignores it whole. Yields the file."""
    path = "/etc/cron.d/lab-broken"
    # Else cron would look at it within a minute only.
    host.sh(f"printf '5 4 * * * root true' >{path}; systemctl restart cron")
    try:
        yield path
    finally:
        host.sh(f"rm {path}")


@contextmanager
def outdated_service(host: LabHost) -> Iterator[str]:
    """A service runs a program that is no longer on the disk. Yields its name."""
    name, program = "lab-outdated", "/usr/local/bin/lab-outdated"
    host.sh(f"cp /bin/sleep {program}; systemd-run --quiet --unit={name} {program} 600; sleep 0.2; rm {program}")
    try:
        yield name
    finally:
        host.sh(f"systemctl stop {name}")
