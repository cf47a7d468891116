"""What is said of all series of a name: their help, their type, which labels they have, and how stable they are."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from collectors.contract import Sample, SampleType


class Stability(StrEnum):
    """What may be built on a family, see docs/explanation/metrics.md."""

    STABLE = "stable"
    EXPERIMENTAL = "experimental"


@dataclass(frozen=True, slots=True)
class Family:
    """The head of a metric family; `labels` are the names of its labels, where it is declared."""

    name: str
    help: str
    type: SampleType = SampleType.GAUGE
    labels: tuple[str, ...] = ()
    stability: Stability = Stability.STABLE

    def sample(self, value: float, **labels: str) -> Sample:
        """A sample with all labels of the family, in their order. Raises KeyError where one is missing."""
        return Sample(self.name, value, tuple((name, labels[name]) for name in self.labels), self.help, self.type)


@lru_cache(maxsize=4096)
def family_of(name: str, help_text: str, kind: SampleType) -> Family:
    """The family of a sample: one for all hosts, a page has hundreds."""
    return Family(name, help_text, kind)
