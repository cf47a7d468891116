"""A folder of records that are added to and never altered: one folder per day, whole or not at all."""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

ABANDONED_SECONDS = 3600.0
"""An unfinished folder older than this belongs to a process that was killed."""

Files = Mapping[str, str]
"""Contents by file name."""


def editions(root: Path, day: date) -> list[Path]:
    """The folders of a day, the first edition first: `2026-11-21`, `2026-11-21.2`."""
    found: list[Path] = []
    while (folder := edition_folder(root, day, len(found) + 1)).exists():
        found.append(folder)
    return found


def edition_folder(root: Path, day: date, edition: int) -> Path:
    """Where an edition lies."""
    return root / (day.isoformat() if edition == 1 else f"{day.isoformat()}.{edition}")


def add(root: Path, day: date, make: Callable[[int], Files]) -> tuple[Path, ...]:
    """Write a new edition of a day; `make` is told its number. Raises OSError, and leaves nothing then.

    An earlier edition is never touched, even when another process adds one at the same moment.
    """
    root.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(root)
    while True:
        edition = len(editions(root, day)) + 1
        folder = edition_folder(root, day, edition)
        unfinished = _written(root, day, make(edition))
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


def _written(root: Path, day: date, files: Files) -> Path:
    """A hidden folder that holds `files`, safe on the disk."""
    folder = root / f".{day.isoformat()}.unfinished-{secrets.token_hex(8)}"
    folder.mkdir()
    try:
        for name, text in files.items():
            with (folder / name).open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
        _sync(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
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
