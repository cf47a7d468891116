"""Updates that wait: published in a small repository on the host itself, and installed when the fault is mended."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.lab.host import LabHost
from tests.lab.package_repositories import (
    PACKAGES,
    AptRepository,
    DnfRepository,
    Repository,
    ZypperRepository,
)

PORTAL, AGENT = PACKAGES

_MANAGERS: dict[str, type[Repository]] = {"apt": AptRepository, "dnf": DnfRepository, "zypper": ZypperRepository}


@contextmanager
def package_repository(host: LabHost, manager: str) -> Iterator[Repository]:
    """A repository of `apt`, `dnf` or `zypper` with nothing to update, and no other package manager on the host."""
    repository = _MANAGERS[manager](host.sh)
    others = [program for one in _MANAGERS.values() for program in one.programs if one is not type(repository)]
    with ExitStack() as mended:
        mended.callback(repository.take_away)
        repository.lay()
        host.sh(
            "mkdir -p /opt/lab/managers\n"
            f"for program in {' '.join(others)}; do\n"
            "  [ ! -e /usr/bin/$program ] || mv /usr/bin/$program /opt/lab/managers/\n"
            "done"
        )
        mended.callback(host.sh, "mv /opt/lab/managers/* /usr/bin/ 2>/dev/null || :")
        yield repository


@contextmanager
def security_update(repository: Repository) -> Iterator[str]:
    """A security update of a package waits. Yields the package."""
    repository.publish(PORTAL, for_security=True)
    try:
        yield PORTAL
    finally:
        repository.upgrade(PORTAL)


@contextmanager
def held_security_update(repository: Repository) -> Iterator[str]:
    """A security update waits of a package that the administrator holds. Yields the package."""
    repository.hold(AGENT)
    try:
        repository.publish(AGENT, for_security=True)
        yield AGENT
    finally:
        repository.release(AGENT)
        repository.upgrade(AGENT)


@contextmanager
def other_update(repository: Repository) -> Iterator[str]:
    """An update waits that is not for security. Yields the package."""
    repository.publish(AGENT, for_security=False)
    try:
        yield AGENT
    finally:
        repository.upgrade(AGENT)
