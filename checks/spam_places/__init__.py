"""Lists and quarantines that an organisation names, and what is said of those that could not be looked at."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field

from checks.contract import Result, State, Text
from collectors.spam_filter import SpamFilter


class NamedList(BaseModel):
    """A list in a plain file, one entry a line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="what it is called")
    file: str = Field(pattern=r"^/[^\n]+$", description="where it lies, such as /etc/postfix/blocked_senders")


class NamedFolder(BaseModel):
    """A folder with one file for each message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, description="what it is called")
    folder: str = Field(pattern=r"^/[^\n]+$", description="where it lies, such as /var/spool/quarantine")


Place = TypeVar("Place", NamedList, NamedFolder)


def each_name_once(places: Sequence[Place]) -> None:
    """Raise `ValueError` where two have the same name: they would be one item."""
    names = [one.name for one in places]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{name!r} is listed more than once")


def not_seen(names: Mapping[str, str], seen: Collection[str], facts: SpamFilter) -> Iterator[Result]:
    """What is to be said of those paths in `names`, which stand with their items, that were not `seen`."""
    for path, item in names.items():
        if path in facts.absent:
            yield Result(item, State.CRIT, Text(en=f"{path} does not exist", zh=f"{path} 不存在"))
        elif path in facts.closed:
            yield Result(item, State.UNKNOWN, Text(en=f"{path} is closed to the login", zh=f"登录用户无权查看 {path}"))
        elif path not in seen:
            yield Result(item, State.UNKNOWN, Text(en=f"{path} was not asked about yet", zh=f"尚未查询 {path}"))
