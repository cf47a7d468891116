"""The probe that asks each disk for its health, and wakes none."""

from collectors.own_processes import OWN_PROCESSES
from collectors.smartctl.disk import LIMIT_SECONDS

# Which disks there are, and their names, the kernel knows without asking them. What turns is asked whether it
# stands still, and then left alone; what does not turn may say it stands still all its life, and is asked anyway.
# Disks behind a MegaRAID controller have no device of their own: their numbers come from the controller's driver.
# A dead disk holds smartctl where no signal reaches it: it is left behind, and none is started beside one that has
# waited for a minute. Some old busybox has no such `timeout`: there all disks share the section's limit.
PROBE = (
    OWN_PROCESSES
    + r"""
echo "== clock $(date +%s)"
within=; timeout 9 true 2>/dev/null && within='timeout @LIMIT@'
hanging=$(
  read -r uptime idle </proc/uptime
  for process in $(own_processes -e smartctl); do
    read -r times <"$process/stat" || continue
    set -- $times
    began=${22}; began=${began%??}
    [ $((${uptime%.*} - ${began:-0})) -lt 60 ] || tr '\0' ' ' <"$process/cmdline"
  done 2>/dev/null
)
# ask NOCHECK DEVICE TYPE WWID
ask() {
  echo "== disk $2 $3 $4"
  case $hanging in *" --device=$3 $2 "*) echo late; return ;; esac
  {
    exec 2>/dev/null
    as_root smartctl --json=c --nocheck="$1" --info --health --attributes --log=error --log=selftest \
      --device="$3" "$2" &
  } | { $within cat || printf '\nlate'; } 2>/dev/null
  echo
}
for path in /sys/block/sd*; do
  [ -e "$path" ] || continue
  wwid= turns=1
  { read -r wwid <"$path/device/wwid"; read -r turns <"$path/queue/rotational"; } 2>/dev/null
  nocheck=standby,3; [ "$turns" = 0 ] && nocheck=never
  ask "$nocheck" "/dev/${path##*/}" auto "$wwid"
done
for path in /sys/class/nvme/nvme*; do
  [ -e "$path" ] && ask standby,3 "/dev/${path##*/}" auto
done
for path in /sys/bus/pci/drivers/megaraid_sas/*:*; do
  [ -e "$path" ] || continue
  as_root smartctl --scan | while read -r device option type rest; do
    case $device,$option,$type in
      /dev/bus/*,-d,megaraid,*) ask standby,3 "$device" "$type" </dev/null ;;
      "==,denied,"*) echo "$device $option $type $rest" ;;
    esac
  done
  break
done
""".replace("@LIMIT@", f"{LIMIT_SECONDS}")
)

_ASKED = "smartctl --json=c --nocheck={} --info --health --attributes --log=error --log=selftest --device={}"
_SD = ("auto /dev/sd[a-z]", "auto /dev/sd[a-z][a-z]")
_NVME = ("auto /dev/nvme[0-9]", "auto /dev/nvme[0-9][0-9]")
_MEGARAID = tuple(f"megaraid,{'[0-9]' * digits} /dev/bus/[0-9]" for digits in (1, 2, 3))

ROOT_COMMANDS = (
    "smartctl --scan",
    *(_ASKED.format("standby,3", disk) for disk in (*_SD, *_NVME, *_MEGARAID)),
    *(_ASKED.format("never", disk) for disk in _SD),
)
"""What of it is run as root."""
