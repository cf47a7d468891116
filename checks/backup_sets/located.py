"""Where backups lie, as config.yaml says it: one key for each tool there is, and the tools' options."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model, model_validator

from collectors.backup_sources import TOOLS, Form

M = TypeVar("M", bound=BaseModel)


def with_tools(model: type[M]) -> type[M]:
    """The model with a field for each tool, and for each option of one; each may be left out."""
    settings = {name: tool.target for name, tool in TOOLS.items()}
    for tool in TOOLS.values():
        settings |= tool.options
    fields: dict[str, Any] = {
        name: (
            Annotated[str, AfterValidator(partial(_checked, setting.form))] | None,
            Field(None, exclude_if=_is_none, description=setting.description),
        )
        for name, setting in settings.items()
    }
    made: type[M] = create_model(model.__name__, __base__=model, __doc__=model.__doc__, **fields)
    made.__module__ = model.__module__
    return made


def _is_none(value: Any) -> bool:
    return value is None


def _checked(form: Form, value: str) -> str:
    if not value.isprintable() or not value.strip():
        raise ValueError("expected words without control characters")
    if value.startswith("-"):
        raise ValueError("expected something that does not begin with -, which would be an option")
    if form is Form.LOCATION and re.search("//[^/@]*:[^/]*@", value):
        raise ValueError("expected a location without a password, which belongs into a file on the host")
    if form in (Form.PATTERN, Form.PATH) and not value.startswith("/"):
        raise ValueError("expected an absolute path such as /var/backups/db/*.gz")
    if form is Form.PATTERN and value.endswith("/"):
        raise ValueError("expected files, not a folder; such as " + value + "*")
    return value


@with_tools
class Located(BaseModel):
    """Has exactly one of the tools' keys, and options of that tool."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tools: ClassVar[tuple[str, ...]] = tuple(TOOLS)

    @property
    def tool(self) -> str:
        """The tool that made the copies."""
        return next(name for name in self.tools if getattr(self, name) is not None)

    @property
    def target(self) -> str:
        """What the tool's key says: a pattern, a repository, a stanza."""
        return str(getattr(self, self.tool))

    @property
    def asked(self) -> str:
        """The source, as the probe's argument."""
        return "\t".join([self.tool, self.target, *(f"{name}={value}" for name, value in self._options())])

    @model_validator(mode="after")
    def _one_tool_and_its_options(self) -> "Located":
        named = [name for name in self.tools if getattr(self, name) is not None]
        if len(named) != 1:
            raise ValueError(f"expected one of {', '.join(self.tools)}" + (f", not {named}" if named else ""))
        for name, _ in self._options():
            if name not in TOOLS[named[0]].options:
                raise ValueError(f"{named[0]} has no {name}")
        return self

    def _options(self) -> Iterator[tuple[str, str]]:
        for name in sorted({name for tool in TOOLS.values() for name in tool.options}):
            if (value := getattr(self, name)) is not None:
                yield name, value
