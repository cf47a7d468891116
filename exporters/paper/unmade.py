"""A file that could not be made: another stands in its place and says why, so that nobody looks for it in vain."""

from collections.abc import Collection, Iterable
from pathlib import Path

_ENDING = ".not-made.txt"


def say_unmade(folder: Path, name: str, reason: str) -> None:
    """Put the reason where the file would be. Raises OSError."""
    words = f"{name} could not be made, everything else was.\n未能生成 {name}，其余文件不受影响。\n\n{reason}\n"
    (folder / f"{name}{_ENDING}").write_text(words, encoding="utf-8")


def holds(folder: Path, names: Collection[str]) -> bool:
    """Whether these files are in a folder, made or not, and no others."""
    return {path.name.removesuffix(_ENDING) for path in folder.iterdir()} == set(names)


def unmade(paths: Iterable[Path]) -> tuple[str, ...]:
    """The names of the files that could not be made."""
    return tuple(path.name.removesuffix(_ENDING) for path in paths if path.name.endswith(_ENDING))
