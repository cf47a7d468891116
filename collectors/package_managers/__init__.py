"""The package managers that tell of pending updates: each with its piece of the probe and its parser."""

from collectors.package_managers import apk, apt, repositories, rpm, zypper
from collectors.package_managers.metrics import as_textfile_scripts
from collectors.package_managers.update import Advisory, Manager, Obstacle, Packages, Update

__all__ = [
    "Advisory",
    "Manager",
    "Obstacle",
    "Packages",
    "Update",
    "apk",
    "apt",
    "as_textfile_scripts",
    "repositories",
    "rpm",
    "zypper",
]
