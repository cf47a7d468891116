"""The file os-release: which distribution a host runs."""

from collectors.os_release.release import Release, parse_release, release_samples

__all__ = ["Release", "parse_release", "release_samples"]
