"""The declaration that makes a module a check."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Generic, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field

from checks.contract.past import Past, Recall
from checks.contract.quantities import Duration
from checks.contract.result import Result
from checks.contract.text import Text
from collectors.contract import Collector


class Layer(StrEnum):
    """The five layers of the manuals (机房、硬件、网络、基础软件、应用)."""

    ROOM = "room"
    HARDWARE = "hardware"
    NETWORK = "network"
    BASE_SOFTWARE = "base_software"
    APPLICATION = "application"


class Section(StrEnum):
    """The section of the daily maintenance report (form 8.7) a check is reported in."""

    SERVERS = "servers"  # 3 服务器运行状态
    PLATFORM = "platform"  # 4 平台及邮件可用性
    STORAGE = "storage"  # 5 备份、存储
    PATCHES = "patches"  # 6 补丁、病毒、垃圾邮件
    SECURITY = "security"  # 7 安全与账号
    HARDWARE = "hardware"  # 8 硬件与机房


class NotYet(Exception):
    """Raised by `evaluate` when the facts lack a rate: two looks are needed, and this was the first."""


class Params(BaseModel):
    """What an organisation may set for a check, under `checks.<name>` in config.yaml.

    A check's own parameters are a subclass; every field is described, because the reference, the JSON
    Schema and `rounds explain` show the description.

    shorter_than_slow_deadline   the names of the durations that `rounds.slow_deadline` would cut off
    """

    shorter_than_slow_deadline: ClassVar[tuple[str, ...]] = ()

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=False)

    enabled: bool = Field(True, description="false: this check is not made")
    every: Duration | None = Field(
        None, gt=0, description="how often; default: as often as its collector, see the reference"
    )
    retries: int = Field(
        3,
        ge=1,
        le=100,
        description="how many rounds in a row must agree before a problem, or its end, is reported",
    )

    @property
    def is_asked_for(self) -> bool:
        """Whether the check is made. A check that looks only for what it is told is not, while it is told nothing."""
        return self.enabled


F = TypeVar("F")
P = TypeVar("P", bound=Params)


@dataclass(frozen=True, slots=True, eq=False)
class Check(Generic[F, P]):
    """How facts of type `F` are judged under parameters of type `P`. The file name is the check's name.

    reads      the one collector whose facts are judged
    params     the model of this check's parameters
    evaluate   pure; (facts, params) -> one `Result` per item, or (facts, params, past) where the check `recalls`.
               No clock, no I/O. Yielding nothing says "there is no such item here". Raises `NotYet` when a
               rate is still missing.
    title      what people call it
    layer      of the manuals' five
    section    of the daily report
    arguments  pure; what the collector's probe must be told (paths, unit names), as data
    recalls    which of its own measurements it wants to see again from the history. That costs a question to the
               database each time the check is made: for slow collectors only
    takes      parameters that are taken from another check's of the same name where they are not set here, as
               {"sets": "backup_freshness"}: what several checks must know is written once
    vital      it has a column in the daily report's table of servers: what form 8.2 asks for, CPU, memory, disks
    """

    reads: Collector[F]
    params: type[P]
    evaluate: Callable[[F, P], Iterable[Result]] | Callable[[F, P, Past], Iterable[Result]]
    title: Text
    layer: Layer
    section: Section
    arguments: Callable[[P], Sequence[str]] | None = None
    recalls: Recall | None = None
    takes: Mapping[str, str] = field(default_factory=dict)
    vital: bool = False

    def judge(self, facts: F, params: P, past: Past) -> Iterable[Result]:
        """What the check says of `facts`; `past` is used only where it `recalls`."""
        if self.recalls is None:
            return cast(Callable[[F, P], Iterable[Result]], self.evaluate)(facts, params)
        return cast(Callable[[F, P, Past], Iterable[Result]], self.evaluate)(facts, params, past)
