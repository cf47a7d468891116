"""Which repositories are enabled, by the files that dnf, yum and zypper share the form of."""

# Passed over in silence would be what waits in a repository whose list is not there: dnf without it says "nothing".
SHELL = r"""
# enabled_repositories FILE...: the ids of those that are not disabled; what a later file says is what counts.
enabled_repositories() {
  cat "$@" 2>/dev/null | awk '
    /^\[.*\]/ { id = $0; sub(/^\[/, "", id); sub(/\].*/, "", id); if (!(id in on)) { on[id] = 1; order[++n] = id } }
    /^enabled[ \t]*=/ {
      value = tolower($0); sub(/^[^=]*=[ \t]*/, "", value); sub(/[ \t\r]*$/, "", value)
      on[id] = value !~ /^(0|no|false|off)$/
    }
    END { for (i = 1; i <= n; i++) if (on[order[i]] && order[i] != "main" && order[i] !~ /[*?]/) print order[i] }
  '
}
# closed FOLDER: says so where it is there, but not for this login.
closed() { [ -e "$1" ] && ! { [ -r "$1" ] && [ -x "$1" ]; } && echo "closed $1"; }
# answer NAME COMMAND ARGUMENT...: what it prints, its status, and what it says besides where that is not 0 or 100;
# but no address, which may bear a password.
answer() {
  asked=$1; shift
  echo "== $asked"
  { said=$(nice "$@" 2>&1 >&3); } 3>&1; status=$?
  echo "== $asked ended"
  echo "$status"
  case $status in 0 | 100) ;; *) printf '%s\n' "$said" | sed 's#[A-Za-z]*://[^ ]*#...#g' ;; esac
}
"""
