"""How a host is asked for the space on its file systems."""

from collectors.mount_table import LEFT_OUT_MOUNTS, LEFT_OUT_TYPES

# The table is read once and sorted out in memory, since `read` costs a system call for each byte. mountinfo writes a
# blank as \040, for printf to undo. `== none` tells a host whose mounts are all left out from a probe that came to
# nothing. One stat tells space and inodes at once; it leaves out what is stale or out of reach.
#
# 89 43 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
# == stat
# 4096 5127828 2899820 2632999 1310720 1127516 /
#
# Where there is none that can, df is told which paths to look at: left alone it asks every mount, and waits for ever on
# a dead one. It exits 1 when one path is stale or out of reach, although it lists the others.
#
# == space
# Filesystem     1024-blocks     Used Available Capacity Mounted on
# /dev/vda1         20511312  8912032  10531996      46% /
# == inodes
# Filesystem      Inodes  IUsed   IFree IUse% Mounted on
# /dev/vda1      1310720 183204 1127516   14% /
PROBE = r"""
table=$(cat /proc/self/mountinfo) && [ -n "$table" ] || return
set -f
IFS='
'
set -- ; lines=
for line in $table; do
  case ${line#* - } in @TYPES@) continue ;; esac
  path=${line#* * * * }
  path=${path%% *}
  case $path in @MOUNTS@) continue ;; esac
  lines=$lines$line$IFS
  case $path in *\\*) path=$(printf "$(printf '%s\n' "$path" | sed 's/%/%%/g')") ;; esac
  set -- "$@" "$path"
done
[ $# -gt 0 ] || { echo "== none"; return; }
answer=$(stat -f -c '%S %b %f %a %c %d %n' -- "$@" 2>/dev/null)
# Written at once, not in a small packet for each line.
[ -z "$answer" ] || { printf '%s== stat\n%s\n' "$lines" "$answer"; return; }
printf '%s== space\n' "$lines"
df -kP "$@" 2>/dev/null
echo "== inodes"
df -iP "$@" 2>/dev/null
:
""".replace("@TYPES@", " | ".join(f"{kind}\\ *" for kind in LEFT_OUT_TYPES)).replace(
    "@MOUNTS@", " | ".join(LEFT_OUT_MOUNTS)
)
