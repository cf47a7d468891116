"""A folder of records that are added to and never altered: one folder per day, whole or not at all."""

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path

ABANDONED_SECONDS = 3600.0
"""An unfinished folder older than this belongs to a process that was killed."""

Named = date | str
"""A day, or the name of a week or month: `2026-W47`, `2026-11`."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PERIOD = re.compile(r"\d{4}-(\d\d|W\d\d)")

Fill = Callable[[int, Path], None]
"""Writes the files of an edition, whose number it is told, into a folder that is there and empty."""


def editions(root: Path, day: Named) -> list[Path]:
    """The folders of a day, the first edition first: `2026-11-21`, `2026-11-21.2`; or of a week or month."""
    found: list[Path] = []
    while (folder := edition_folder(root, day, len(found) + 1)).exists():
        found.append(folder)
    return found


def edition_folder(root: Path, day: Named, edition: int) -> Path:
    """Where an edition lies."""
    return root / (str(day) if edition == 1 else f"{day}.{edition}")


def days(root: Path) -> list[str]:
    """The days that have a folder, the newest first. Raises OSError."""
    return _named(root, _DAY)


def periods(root: Path) -> list[str]:
    """The weeks and months that have a folder, the newest year first. Raises OSError."""
    return _named(root, _PERIOD)


def in_force(root: Path, name: str) -> Path | None:
    """The folder of the newest edition of a day, a week or a month; None where `name` is none, or has no folder."""
    if not (_DAY.fullmatch(name) or _PERIOD.fullmatch(name)):
        return None
    return next(reversed(editions(root, name)), None)


def _named(root: Path, pattern: re.Pattern[str]) -> list[str]:
    if not root.is_dir():  # somebody cleared it away; the next day makes it anew
        return []
    return sorted((folder.name for folder in root.iterdir() if pattern.fullmatch(folder.name)), reverse=True)


def add(root: Path, day: Named, fill: Fill) -> tuple[Path, ...]:
    """Add a new edition of a day: it appears as `fill` has left it. What that raises, and OSError, leaves nothing.

    An earlier edition is never touched, even when another process adds one at the same moment.
    """
    root.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(root)
    while True:
        edition = len(editions(root, day)) + 1
        folder = edition_folder(root, day, edition)
        unfinished = _written(root, day, partial(fill, edition))
        try:
            unfinished.rename(folder)
        except OSError:
            if not folder.exists():
                raise
            continue  # another process was quicker: this is the edition after its own
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        _sync(root)
        return tuple(sorted(folder.iterdir()))


def _written(root: Path, day: Named, fill: Callable[[Path], None]) -> Path:
    """A hidden folder with what `fill` writes, safe on the disk."""
    folder = root / f".{day}.unfinished-{secrets.token_hex(8)}"
    folder.mkdir()
    try:
        fill(folder)
        for path in sorted(folder.iterdir()):
            _sync(path)
        _sync(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear_abandoned(root: Path) -> None:
    for folder in _unfinished(root):
        try:
            old = time.time() - folder.stat().st_mtime > ABANDONED_SECONDS
        except FileNotFoundError:
            continue  # its process has just finished it
        if old:
            shutil.rmtree(folder, ignore_errors=True)


def _unfinished(root: Path) -> Iterator[Path]:
    return root.glob(".*.unfinished-*")
