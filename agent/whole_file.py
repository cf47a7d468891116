"""Writing a file whole or not at all."""

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str | bytes, mode: int | None = None) -> None:
    """Write `text` (a string as UTF-8): a reader sees the old file or the new one, never half of it. Raises OSError.

    `mode`: who may read it; default: who could read the old one, and of a new one whom the umask lets.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_usual_mode(path) if mode is None else mode)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _usual_mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        umask = os.umask(0o077)  # it cannot be read without being set
        os.umask(umask)
        return 0o666 & ~umask
