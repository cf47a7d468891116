"""Pending updates under the names that node_exporter's textfile scripts gave them."""

from collections import Counter
from collections.abc import Iterator

from collectors.contract import Sample
from collectors.package_managers.update import Manager, Obstacle, Packages

_YUM = (Manager.DNF, Manager.DNF5, Manager.YUM)


def as_textfile_scripts(facts: Packages) -> Iterator[Sample]:
    """Of apt and of yum; without a package list there is nothing to count.

    The origins of apt are those that its simulation prints: `Debian-Security:12/stable-security`.
    """
    if facts.manager is Manager.APT:
        stamp = facts.refreshed_at if facts.refreshed_at is not None else facts.tried_at
        if stamp is not None:
            yield Sample("apt_package_cache_timestamp_seconds", stamp, help="Apt update last run time.")
    if facts.listed_at is None:
        return
    if facts.manager is Manager.APT:
        due = [update for update in facts.updates if update.obstacle is not Obstacle.PHASED]
        pending = Counter((update.origin.replace(" ", ""), update.architecture) for update in due)
        held = Counter(
            (update.origin.replace(" ", ""), update.architecture) for update in due if update.obstacle is Obstacle.HELD
        )
        yield from _by_origin("apt_upgrades_pending", "Apt packages pending updates by origin", pending)
        yield from _by_origin("apt_upgrades_held", "Apt packages pending updates but held back.", held)
    if facts.manager in _YUM:
        origins = Counter(update.origin for update in facts.updates if update.obstacle is not Obstacle.HELD)
        for origin, number in sorted(origins.items()) or [("", 0)]:
            yield Sample(
                "yum_upgrades_pending", number, (("origin", origin),), help="Yum package pending updates by origin."
            )


def _by_origin(name: str, text: str, counted: Counter[tuple[str, str]]) -> Iterator[Sample]:
    for (origin, architecture), number in sorted(counted.items()) or [(("", ""), 0)]:
        yield Sample(name, number, (("origin", origin), ("arch", architecture)), help=text)
