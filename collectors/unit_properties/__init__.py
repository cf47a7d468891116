"""Properties of systemd's units, as `systemctl show` prints them."""

from collectors.unit_properties.shown import UnitProperties, units

__all__ = ["UnitProperties", "units"]
