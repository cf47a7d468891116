"""What udev keeps of block devices, and the names that node_exporter has for it."""

from collectors.udev_properties.device import KEPT, BlockDevice, Udev
from collectors.udev_properties.samples import samples

__all__ = ["KEPT", "BlockDevice", "Udev", "samples"]
