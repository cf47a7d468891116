"""Configurations written and read back by tests."""

from pathlib import Path
from textwrap import dedent

from agent.catalogue import Catalogue
from agent.config import Config, ConfigError, load
from tests.agent.small_catalogue import SMALL

HEAD = "system: Portal\ntimezone: Asia/Shanghai\nhosts: [{name: a, transport: local}]\n"
"""Three lines that are a whole configuration: what a test adds begins on line 4."""


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "config.yaml"
    path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
    return path


def config(folder: Path, text: str | bytes, *, check_files: bool = True, plugins: Catalogue = SMALL) -> Config:
    return load(write(folder, text), check_files=check_files, plugins=plugins)


def problems(folder: Path, text: str | bytes, *, check_files: bool = True, plugins: Catalogue = SMALL) -> list[str]:
    """The problems as a person reads them, without the folder; empty when there are none."""
    try:
        config(folder, text, check_files=check_files, plugins=plugins)
    except ConfigError as error:
        return [str(problem).removeprefix(f"{folder}/") for problem in error.problems]
    return []
