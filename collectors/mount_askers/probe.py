"""The probe that asks each network and FUSE file system how large it is.

Who asks a dead one may hang where no signal reaches it: nothing here waits for such an asker, and its file system is
not asked again while it hangs, so that there is never more than one.
"""

from collectors.mount_table import NETWORK_TYPES
from collectors.own_processes import OWN_PROCESSES

LIMIT_SECONDS = 2.0
"""How long they have to answer."""

# The shell itself looks at no mount point: that is left to `stat`, which asks the kernel with one call. Named by its
# full path it is a process of its own in busybox too. An asker is known by the mount's number among its arguments,
# which no other mount gets while it hangs; arguments are read of processes called stat only, since to read those of
# any process may hang as well. `stat` writes an error in pieces, among which those of others may come: `ask` joins
# them. `cat` ends when all askers have, or is ended when the time is up. No asker holds what the connection waits for.
#
# uptime 10021.37
# mount 45 29 0:47 / /srv/share rw,relatime shared:27 - nfs4 filer:/export rw,vers=4.2,hard ...
# mount 46 29 0:48 / /srv/www rw,relatime shared:28 - fuse.sshfs web@web-02:/srv/www rw ...
# mount 47 29 0:49 / /srv/old rw,relatime shared:29 - nfs filer:/old rw,vers=3,hard ...
# asker 812 (stat) D 1 801 ... 981234 ... /usr/bin/stat -f -c answer 47 %S %b %f %a /srv/old    of an earlier look
# answer 46 4096 26214400 1310720 1200000                           block size; blocks: all, free, available
# error 45 /usr/bin/stat: cannot read file system information for '/srv/share': Stale file handle
# late                                                              when not all have answered in time
PROBE = (
    OWN_PROCESSES
    + r"""
askers() {
  for folder in $(set +f; own_processes -e stat -e busybox -e exe); do
    words=
    { words=$(tr '\0\n' '  ' <"$folder/cmdline") && IFS= read -r times <"$folder/stat"; } 2>/dev/null
    case $words in *' -f -c answer '*' %S %b %f %a '*) printf 'asker %s %s\n' "$times" "$words" ;; esac
  done
}
ask() {
  answer=$("$stat" -f -c "answer $1 %S %b %f %a" "$2" 2>&1)
  case $answer in answer\ *) printf '%s\n' "$answer" ;; ?*) printf 'error %s %s\n' "$1" "${answer##*$IFS}" ;; esac
}
table=$(cat /proc/self/mountinfo) && [ -n "$table" ] || return
IFS=' ' read -r uptime idle </proc/uptime
echo "uptime $uptime"
stat=$(command -v stat)
case $stat in /*) ;; *) for stat in /usr/bin/stat /bin/stat; do [ -x "$stat" ] && break; done ;; esac
IFS='
'
set -f
automounts=' ' numbers=' ' ids=' '
[ "$1" ] || for line in $table; do
  case ${line#* - } in autofs\ *) automounts="$automounts${line%% *} " ;; esac
done
set --
for line in $table; do
  case ${line#* - } in @TYPES@) ;; *) continue ;; esac
  id=${line%% *} rest=${line#* }
  parent=${rest%% *} rest=${rest#* }
  number=${rest%% *} path=${rest#* * }
  path=${path%% *}
  case $path in /run/user/*) continue ;; esac
  case $numbers in *" $number "*) continue ;; esac
  numbers="$numbers$number "
  case $automounts in *" $parent "*) printf 'automounted %s\n' "$line"; continue ;; esac
  printf 'mount %s\n' "$line"
  case $path in *\\*) path=$(printf "$(printf '%s\n' "$path" | sed 's/%/%%/g')") ;; esac
  ids="$ids$id "
  set -- "$@" "$id" "$path"
done
[ $# -gt 0 ] || return 0
hanging=$(askers)
[ -z "$hanging" ] || printf '%s\n' "$hanging"
{
  exec 2>/dev/null
  while [ $# -gt 0 ]; do
    case $hanging in *" -f -c answer $1 %S "*) ;; *) ask "$1" "$2" & ;; esac
    shift 2
  done
} | {
  exec 3<&0
  cat <&3 &
  reader=$!
  ( sleep 2; kill -9 $reader ) 3<&- >/dev/null 2>&1 &
  { wait $reader; status=$?; kill -9 $!; } 2>/dev/null
  [ $status = 0 ]
} && return
echo late
for line in $(askers); do
  id=${line#*-f -c answer }
  case $ids in *" ${id%% *} "*) pid=${line#asker }; kill -9 "${pid%% *}" 2>/dev/null ;; esac
done
:
""".replace("@TYPES@", " | ".join(f"{kind}\\ *" for kind in NETWORK_TYPES))
)
