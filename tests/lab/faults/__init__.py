"""What goes wrong on servers, done to a lab's host for real, and mended when the `with` block ends."""

from tests.lab.faults.backups import BACKUPS, lay_backups, missing_backups, old_backups
from tests.lab.faults.disks import (
    REMOTE,
    clean_up,
    fill,
    full_file_system,
    hung,
    no_inodes_left,
    read_only_file_system,
    remote_file_system,
    unmounted,
)
from tests.lab.faults.network import changed_host_key, switched_off, unplugged
from tests.lab.faults.processes import PORT, held_deleted_file, out_of_memory, unallowed_listener, zombie
from tests.lab.faults.services import (
    failed_unit,
    failing_timer,
    logged_error,
    reboot_required,
    stopped_service,
    stopped_time_service,
    unsynchronised_clock,
)

__all__ = [
    "BACKUPS",
    "PORT",
    "REMOTE",
    "changed_host_key",
    "clean_up",
    "failed_unit",
    "failing_timer",
    "fill",
    "full_file_system",
    "held_deleted_file",
    "hung",
    "lay_backups",
    "logged_error",
    "missing_backups",
    "no_inodes_left",
    "old_backups",
    "out_of_memory",
    "read_only_file_system",
    "reboot_required",
    "remote_file_system",
    "stopped_service",
    "stopped_time_service",
    "switched_off",
    "unallowed_listener",
    "unmounted",
    "unplugged",
    "unsynchronised_clock",
    "zombie",
]
