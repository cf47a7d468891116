"""Block devices as node_exporter's collector `diskstats` tells of them."""

import re
from collections.abc import Iterator

from collectors.contract import Sample
from collectors.udev_properties.device import BlockDevice

_ATA = (
    ("ID_ATA_WRITE_CACHE", "write_cache", "ATA disk has a write cache."),
    ("ID_ATA_WRITE_CACHE_ENABLED", "write_cache_enabled", "ATA disk has its write cache enabled."),
    ("ID_ATA_ROTATION_RATE_RPM", "rotation_rate_rpm", "ATA disk rotation rate in RPMs (0 for SSDs)."),
)
_FILESYSTEM = (("type", "ID_FS_TYPE"), ("usage", "ID_FS_USAGE"), ("uuid", "ID_FS_UUID"), ("version", "ID_FS_VERSION"))
_MAPPED = (
    *(("lv_layer", "DM_LV_LAYER"), ("lv_name", "DM_LV_NAME"), ("name", "DM_NAME"), ("uuid", "DM_UUID")),
    ("vg_name", "DM_VG_NAME"),
)
_NUMBER = re.compile(r"[0-9]{1,9}")


def samples(devices: tuple[BlockDevice, ...]) -> Iterator[Sample]:
    """A sample for each device, and more of those that udev knows more of."""
    for device in devices:
        name = (("device", device.name),)
        serial = device.text("SCSI_IDENT_SERIAL") or device.text("ID_SERIAL_SHORT") or device.text("ID_SERIAL")
        labels = (
            *(*name, ("major", str(device.major)), ("minor", str(device.minor)), ("model", device.text("ID_MODEL"))),
            *(("path", device.text("ID_PATH")), ("revision", device.text("ID_REVISION")), ("serial", serial)),
            ("wwn", device.text("ID_WWN")),
        )
        yield Sample("node_disk_info", 1, labels, "Info of /sys/block/<block_device>.")
        if device.text("ID_FS_TYPE"):
            found = tuple((label, device.text(key)) for label, key in _FILESYSTEM)
            yield Sample("node_disk_filesystem_info", 1, (*name, *found), "Info about disk filesystem.")
        if device.text("DM_NAME"):
            found = tuple((label, device.text(key)) for label, key in _MAPPED)
            yield Sample("node_disk_device_mapper_info", 1, (*name, *found), "Info about disk device mapper.")
        for key, what, text in _ATA if device.text("ID_ATA") else ():
            if _NUMBER.fullmatch(device.text(key)):
                yield Sample(f"node_disk_ata_{what}", int(device.text(key)), name, text)
