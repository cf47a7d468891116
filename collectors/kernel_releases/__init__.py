"""The names of kernels, as `uname -r` and the files in /boot have them."""

from collectors.kernel_releases.release import kernel_version

__all__ = ["kernel_version"]
