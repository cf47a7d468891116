"""Asks sshd itself, and reads its files for what it does not tell: where exceptions are, and all of it without root."""

from collectors.own_processes import OWN_PROCESSES
from collectors.sshd_words.keywords import KNOWN, SEVERAL

# `look` follows Include as sshd does: a Match lasts until the end of its file. What is told on the command line of the
# running daemon wins over any file; a daemon in a container has a process id more than one.
PROBE = (
    OWN_PROCESSES
    + r"""
echo "== options"
for process in $(own_processes -e sshd); do
  nested=
  { while read -r key own nested; do [ "$key" != NSpid: ] || break; nested=; done <"$process/status"; } 2>/dev/null
  [ -z "$nested" ] || continue
  tr '\000' ' ' <"$process/cmdline" 2>/dev/null
  echo
done | awk -v known="@KNOWN@" '
  BEGIN { split(known, word, " "); for (i in word) is_known[word[i]] }
  /^(sshd: )?\/[^ ]*sshd( |$)/ {
    for (i = 1; i <= NF; i++) {
      if ($i == "-f") print "config", $(i + 1)
      if ($i !~ /^-o/) continue
      said = $i == "-o" ? $(i + 1) : substr($i, 3); at = index(said, "=")
      key = tolower(substr(said, 1, at - 1))
      if (key in is_known) print "set", key, substr(said, at + 1)
    }
  }'
echo "== effective"
{ as_root sshd -T 2>&1; echo "== status $?"; } | awk -v known="@KNOWN@" '
  BEGIN { split(known, word, " "); for (i in word) is_known[word[i]] }
  /^== / { print; next }
  $1 !~ /^[a-z0-9]+$/ || /exiting|terminating/ { if (errors++ < 3) print "error", substr($0, 1, 200); next }
  $1 in is_known { print "set", $0 }'
look() {
  [ -f "$1" ] || return 0
  [ -r "$1" ] || { echo closed; return; }
  [ "$2" -lt 16 ] || return
  echo "push"
  sed 's/^[[:blank:]]*//; /^#/d; /^$/d; s/[[:blank:]]#.*$//; s/"//g
    s/^\([A-Za-z0-9]*\)[[:blank:]]*=[[:blank:]]*/\1 /' "$1" | while read -r key rest; do
    case $key in
      [Ii][Nn][Cc][Ll][Uu][Dd][Ee])
        for pattern in $rest; do
          case $pattern in /*) ;; *) pattern=/etc/ssh/$pattern ;; esac
          for file in $pattern; do look "$file" $(($2 + 1)); done
        done ;;
      *) printf 'set %s %s\n' "$key" "$rest" ;;
    esac
  done
  echo "pop"
}
echo "== files"
look /etc/ssh/sshd_config 0 | awk -v known="@KNOWN@" -v several="@SEVERAL@" '
  BEGIN {
    split(known, word, " "); for (i in word) is_known[word[i]]
    split(several, more, " "); for (i in more) may_come_again[more[i]]
  }
  $1 == "closed" { print; next }
  $1 == "push" { kept[depth++] = block; next }
  $1 == "pop" { block = kept[--depth]; next }
  {
    key = tolower($2); value = $0; sub(/^set +[^ ]+ */, "", value)
    if (key == "match") { block = ++blocks; print "block", block, substr(value, 1, 120); next }
    if (!(key in is_known) || ((block, key) in seen && !(key in may_come_again))) next
    seen[block, key]
    if (block) print "in", block, key, value; else print "set", key, value
  }'
""".replace("@KNOWN@", " ".join(KNOWN)).replace("@SEVERAL@", " ".join(SEVERAL))
)
