"""What `vgs` and `lvs` report as JSON, LVM 2.02.158 and later."""

from collectors.lvm_reports.groups import VGS, VolumeGroup, groups
from collectors.lvm_reports.volumes import LVS, LogicalVolume, volumes

__all__ = ["LVS", "VGS", "LogicalVolume", "VolumeGroup", "groups", "volumes"]
