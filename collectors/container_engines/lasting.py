"""Containers as entries of the inventory."""

import re
from collections.abc import Iterable, Iterator

from collectors.container_engines.container import Container
from collectors.contract import Entry, Kind
from collectors.inventoried import entries

# Of Kubernetes, of builds, and those that nobody named. The two words that docker makes up cannot be told from a name.
_PASSING = re.compile(r"k8s_\S*|[0-9a-f]{12,64}(-infra)?|buildx_\S*|\S*-working-container\S*")


def lasting(containers: Iterable[Container]) -> Iterator[Entry]:
    """Each container that keeps its name."""
    kept = (one for one in containers if not _PASSING.fullmatch(one.name))
    yield from entries(Kind.SERVICE, ((f"{one.engine} {one.name}", one.image) for one in kept))
