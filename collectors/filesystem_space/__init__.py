"""Mounted file systems and the space left on them: how a host is asked, and what its answer says."""

from collectors.filesystem_space.answer import parse
from collectors.filesystem_space.facts import Filesystem, Filesystems, SilentFilesystem
from collectors.filesystem_space.local import read_local
from collectors.filesystem_space.mounted import inventory
from collectors.filesystem_space.probe import PROBE
from collectors.filesystem_space.shown import is_shown

__all__ = ["PROBE", "Filesystem", "Filesystems", "SilentFilesystem", "inventory", "is_shown", "parse", "read_local"]
