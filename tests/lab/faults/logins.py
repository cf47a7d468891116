"""People who log in."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.host import LabHost
from tests.lab.lab import Lab


@contextmanager
def forgotten_login(lab: Lab, host: LabHost) -> Iterator[str]:
    """Somebody has logged in at a terminal, and gone for a walk. Yields the user."""
    ssh, *rest = lab.ssh_to(host)
    login = subprocess.Popen(
        lab.in_monitor([ssh, "-tt", *rest]),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield host.user
    finally:
        login.terminate()
        login.communicate(timeout=20)
