"""Parameters of the kernel: which are set by people, and which the kernel counts or works out by itself."""

from collectors.sysctl.names import ARE_DERIVED, KNOWN_WORDS, LEFT_OUT
from collectors.sysctl.taints import foreign_modules, taints

__all__ = ["ARE_DERIVED", "KNOWN_WORDS", "LEFT_OUT", "foreign_modules", "taints"]
