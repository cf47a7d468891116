"""sh functions by which a tool is asked about a repository: for no longer than it may take, as root where need be."""

from collectors.backup_sources.tool import Form, Setting

LIST_SECONDS = 20
"""How long a tool has to list its copies."""

TEST_SECONDS = 110
"""How long a test runs at most, whatever the budget: sudo ends what runs for 120."""

# `timeout` stands before the tool itself, so that it ends what runs as root too. What hangs where no signal reaches it
# (a dead network mount) is left behind: only `cat` is waited for.
# Which paths can be read is found out first, since sudo tells its log of whatever it is asked. It cannot tell a blank
# in a name from one between two words: what is allowed with one could be made to run something else, so it is not.
ASKING = (
    f"list_seconds={LIST_SECONDS} test_seconds={TEST_SECONDS}"
    + r"""
# installed NAME: sets $program; fails, and says so, where there is none. From now on the budget runs.
installed() {
  by= asked_at=$(date +%s)
  program=$(command -v "$1") || { echo "failed $1 is not installed"; return 1; }
}
# reachable PATH...: sets $by, to `as_root` where the login may not read one; fails, and says so, if one is not there:
# in $location, or beside it.
reachable() {
  for path in "$@"; do
    case $path in /*) ;; *) continue ;; esac
    [ -r "$path" ] && { [ ! -d "$path" ] || [ -x "$path" ]; } && continue
    folder=$path
    until [ -e "$folder" ] || [ -z "$folder" ]; do folder=${folder%/*}; done
    if [ "$folder" != "$path" ] && [ -x "${folder:-/}" ]; then
      case $path in "$location"*) echo "absent $path" ;; *) echo "failed $path does not exist" ;; esac
      return 1
    fi
    by=as_root
  done
}
# ask SECONDS COMMAND ARGUMENT...: sets $told to what it prints, both ways, and $status; 124 where it is late.
ask() {
  seconds=$1; shift
  limit=$((budget - $(date +%s) + asked_at))
  [ "$limit" -gt 0 ] || { told= status=124; return; }
  case $by,$source in as_root,*" "*) [ -O /proc/1 ] || {
    told= status=77; echo "failed needs root, which sudo cannot give exactly where a name holds a blank"; return
  } ;; esac
  told=$({ { $by timeout -k 5 "$seconds" "$@" 2>&1; printf '\nended %s\n' $?; } </dev/null 2>/dev/null & } |
    timeout "$limit" cat)
  status=${told##*ended }
  case $told in *ended*[0-9]) told=${told%ended*} ;; *) status=124 ;; esac
  case $told in "== denied "*) status=77; echo "== denied $program" ;; esac
}
# late HOW: ends a test of a whole repository. No copy is named then: the repository that was found whole before is
# another by now.
late() { printf 'tested \nlate %s\n' "$1"; }
# said PATTERN...: the first line told that a pattern of grep fits, or else the first; no password of a location.
said() {
  for pattern in "$@" .; do
    words=$(printf '%s\n' "$told" | sed -n "/$pattern/{s/^ *//;s,//[^/@ ]*@,//,g;p;q;}")
    [ -z "$words" ] || break
  done
  [ "$status" != 124 ] || words="no answer in time"
  printf '%s\n' "${words:-ended with status $status}"
}
"""
)


def as_root(seconds: int, *command: str) -> str:
    """What `ask SECONDS COMMAND` runs as root, as sudoers has it. The command begins with its whole path."""
    return " ".join(["/usr/bin/timeout", "-k", "5", str(seconds), *command])


PASSWORD_FILE = Setting(
    Form.PATH, "the file on the host that holds the password of the repository: it is read there, and stays there"
)
"""An option that several tools have."""
