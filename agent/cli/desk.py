"""What `rounds sign` and `rounds note` share: the desk, and what is said when it is closed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from agent.catalogue import catalogue
from agent.cli.options import fail
from agent.config import Config
from agent.history import HistoryError, NothingToAddTo
from agent.memory import key_file, opened_history, sqlite_file
from agent.review import Desk
from agent.signing import SigningError

Given = TypeVar("Given", bound=BaseModel)


@contextmanager
def open_desk(config: Config, instead: str) -> Iterator[Desk]:
    """The desk of this machine's history; `instead` is the API's way, for who may not use the key."""
    by_api = f"; by the API of the running agent: {instead}"
    file, keys = sqlite_file(config), key_file(config)
    if file is not None and not file.exists():
        fail(f"nothing is remembered yet: {file} is not there; start the agent with `rounds start` first")
    try:
        there = keys.read()
    except SigningError as error:
        fail(f"{error}{by_api}")
    if there is None:
        fail(f"there is no signing key at {keys.path}: the agent makes one when it starts{by_api}")
    try:
        with opened_history(config) as history:
            yield Desk(history, config, catalogue())
    except NothingToAddTo as error:
        fail(str(error))
    except HistoryError as error:
        fail(f"{error}{by_api}")


def checked(model: Callable[..., Given], options: dict[str, str]) -> Given:
    """What the options give, or what is wrong with each and exit code 2."""
    try:
        return model(**options)
    except ValidationError as error:
        lines = []
        for one in error.errors():
            option = "".join(f"--{'as' if part == 'by' else part}: " for part in one["loc"])
            lines.append(f"{option}{one['msg'].removeprefix('Value error, ')}")
        fail("\n".join(lines))
