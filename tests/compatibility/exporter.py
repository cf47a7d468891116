"""A real node_exporter on a host of the lab: the package of the host's own Debian, as it comes."""

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.commands import LabError, run
from tests.lab.debian_host import DebianHost
from tests.lab.premises import cache_folder

PACKAGE = "prometheus-node-exporter"
PORT = 9100

_INSTALL = f"""
set -eu
base64 -d >/var/tmp/exporter.deb
useradd --system --user-group --home-dir /var/lib/prometheus --no-create-home --shell /usr/sbin/nologin prometheus
# /lib is a link, which the package's own /lib must not replace.
dpkg-deb --fsys-tarfile /var/tmp/exporter.deb | tar --extract --keep-directory-symlink --directory /
systemctl daemon-reload
systemctl start {PACKAGE}
"""
_REMOVE = f"""
systemctl stop {PACKAGE}
dpkg-deb --contents /var/tmp/exporter.deb | awk '$1 !~ /^d/ {{ print $6 }}' | sed 's/^\\.//' | xargs rm -f
rm -f /var/tmp/exporter.deb
systemctl daemon-reload
userdel prometheus
"""


@contextmanager
def node_exporter(host: DebianHost) -> Iterator[str]:
    """It runs on `host`, at `PORT`; its version. Everything of it but the user goes again at the end."""
    package = fetched(host.suite)
    host.sh(_INSTALL, stdin=base64.b64encode(package.read_bytes()).decode())
    try:
        told = host.sh(f"/usr/bin/{PACKAGE} --version 2>&1")
        version = re.search(r"version (\S+?),? ", told)
        yield version[1] if version else told.strip()
    finally:
        host.sh(_REMOVE, check=False)


def fetched(suite: str) -> Path:
    """The package of a suite, in the lab's cache. Raises `LabError`."""
    folder = cache_folder() / "packages" / suite
    found = sorted(folder.glob(f"{PACKAGE}_*.deb"))
    if found:
        return found[-1]
    for part in ("lists/partial", "archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    apt = _apt(suite, folder)
    run([*apt, "update"], timeout=300)
    run(["sh", "-c", 'cd "$1"; shift; exec "$@"', "sh", folder, *apt, "download", PACKAGE], timeout=300)
    return max(folder.glob(f"{PACKAGE}_*.deb"))


def _apt(suite: str, folder: Path) -> list[str]:
    """An apt-get that knows nothing but this suite, from where its root file system came."""
    sources = cache_folder() / suite / "etc/apt/sources.list"
    if not sources.exists():
        raise LabError(f"{sources} is missing: the root file systems of the lab come first")
    settings = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "/dev/null",
        "Dir::Etc::preferences": "/dev/null",
        "Dir::Etc::preferencesparts": "/dev/null",
        "Dir::State::lists": folder / "lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache::archives": folder / "archives",
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "APT::Sandbox::User": "root",
        "Acquire::Retries": 3,
        "Acquire::Languages": "none",
        "Acquire::Check-Valid-Until": "false",
    }
    return ["apt-get", "-q", *(f"-o{name}={value}" for name, value in settings.items())]
