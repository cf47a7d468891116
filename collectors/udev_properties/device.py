"""A block device with what udev found out about it."""

from dataclasses import dataclass

KEPT = (
    *("DM_LV_LAYER", "DM_LV_NAME", "DM_NAME", "DM_UUID", "DM_VG_NAME", "ID_ATA", "ID_ATA_ROTATION_RATE_RPM"),
    *("ID_ATA_WRITE_CACHE", "ID_ATA_WRITE_CACHE_ENABLED", "ID_FS_TYPE", "ID_FS_USAGE", "ID_FS_UUID", "ID_FS_VERSION"),
    *("ID_MODEL", "ID_PATH", "ID_REVISION", "ID_SERIAL", "ID_SERIAL_SHORT", "ID_WWN", "SCSI_IDENT_SERIAL"),
)
"""udev's properties that are of use here; it has many more."""


@dataclass(frozen=True, slots=True)
class Udev:
    """One property under udev's name for it."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class BlockDevice:
    """A device that node_exporter shows; without properties where no udev runs, as in containers."""

    name: str
    major: int
    minor: int
    properties: tuple[Udev, ...] = ()

    def text(self, name: str) -> str:
        """The property, "" where udev has none."""
        return next((one.value for one in self.properties if one.name == name), "")
