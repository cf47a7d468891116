"""The probe that prints them."""

# == now 1795292178
# == mounts
# 42 29 0:44 / /srv rw,relatime shared:19 - btrfs /dev/sdb rw,space_cache=v2,subvolid=5,subvol=/
# == files
# 1c2b...-...-...-...-.../devinfo/1/error_stats:write_errs 0
# 1c2b...-...-...-...-.../allocation/metadata/raid1/total_bytes:33554432
# == stats 1c2b...                                      where the kernel shows no errors
# [/dev/sdb].write_io_errs    0
# == scrub 1c2b...                                      one line for each device
# 1c2b...:1|...|uncorrectable_errors:0|corrected_errors:0|last_physical:131072000|t_start:1795292178|...|finished:1
PROBE = r"""
cd /sys/fs/btrfs 2>/dev/null || { echo "== none"; return; }
set -- *-*-*-*-*
[ -d "$1" ] || { echo "== none"; return; }
date '+== now %s'
echo "== mounts"
grep ' - btrfs ' /proc/self/mountinfo
echo "== files"
grep -s . */label */allocation/global_rsv_size */allocation/*/disk_total */allocation/*/*/total_bytes \
  */allocation/*/*/used_bytes */devices/*/size */devices/*/dm/name */devinfo/*/missing */devinfo/*/error_stats
for id in "$@"; do
  for file in "$id"/devinfo/*/error_stats; do [ -e "$file" ] && continue 2; done
  echo "== stats $id"
  for device in "$id"/devices/*; do as_root btrfs device stats "/dev/${device##*/}" 2>/dev/null; done
done
for id in "$@"; do
  log=/var/lib/btrfs/scrub.status.$id
  [ -e "$log" ] && { echo "== scrub $id"; as_root cat "$log"; echo; }
done
:
"""
