"""What the kernel counts on a Fibre Channel port."""

from collectors.fc_host.counters import COUNTED, ERRORS

__all__ = ["COUNTED", "ERRORS"]
