"""Asks for the oldest line of each log, and what is set about keeping them. Only the time of a line leaves the host."""

# The root folder was made with the system, or the template of a virtual machine; its machine-id at the first start.
# `set` lines are journald's, the last one wins; `rotation` is what logrotate is told of a file: how many periods of how
# many seconds, and after how many days old ones are deleted; 0 where it is not told, a period of 0 is by size.
PROBE = r"""
date '+now %s %z'
{ stat -c 'made %W' /; stat -c 'made %Y' /etc/machine-id /lost+found; } 2>/dev/null
if [ -S /run/systemd/journal/socket ]; then
  place=persistent
  for file in /run/log/journal/*/system.journal; do [ ! -e "$file" ] || place=volatile; done
  echo "== journal $place"
  journalctl --no-pager -o short-unix 2>&1 | head -n 3 | cut -d ' ' -f 1-8 | while read -r at rest; do
    case "$at $rest" in
      *"not seeing messages"* | *"insufficient permissions"*) echo closed ;;
      [0-9]*) echo "oldest $at"; break ;;
    esac
  done
  if [ -d /var/log/journal ]; then
    du -sk /var/log/journal 2>/dev/null | { read -r size rest; echo "used $size"; }
    df -kP /var/log/journal 2>/dev/null | { read -r head; read -r device size rest; echo "disk $size"; }
  fi
  for file in /usr/lib/systemd/journald.conf /etc/systemd/journald.conf /usr/lib/systemd/journald.conf.d/*.conf \
    /run/systemd/journald.conf.d/*.conf /etc/systemd/journald.conf.d/*.conf; do
    [ ! -r "$file" ] || tr -d ' \t' <"$file" | while IFS='=' read -r key value; do
      case $key in Storage | SystemMaxUse | MaxRetentionSec) echo "set $key $value" ;; esac
    done
  done
fi
only_time='s/^\([0-9][^ ]*\) .*/\1/; s/^\([A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]*\) .*/\1/; s/^\(.\{32\}\).*/\1/'
opened() {
  case $1 in
    *.gz) gzip -dc "$1" ;; *.xz) xz -dc "$1" ;; *.bz2) bzip2 -dc "$1" ;; *.zst) zstd -dc "$1" ;; *) cat "$1" ;;
  esac
}
for log in /var/log/syslog /var/log/messages /var/log/auth.log /var/log/secure; do
  [ -e "$log" ] || continue
  echo "== file $log"
  ls -tr "$log" "$log".[0-9]* "$log"-[0-9]* 2>/dev/null | {
    read -r oldest
    [ "$oldest" = "$log" ] || stat -c 'ended %Y' "$oldest" 2>/dev/null
    [ "$oldest" != "$log" ] || stat -c 'born %W' "$oldest" 2>/dev/null
    stat -c 'written %Y' "$oldest"
    [ ! -r "$oldest" ] || echo "line $(opened "$oldest" 2>/dev/null | head -n 1 | tr -d '\000' | sed "$only_time")"
  }
done
echo "== rotation"
cat /etc/logrotate.conf /etc/logrotate.d/* 2>/dev/null | awk '
  function covers(path,  i, n, part, pattern) {
    n = split(paths, part, /[ \t"]+/)
    for (i = 1; i <= n; i++) {
      pattern = part[i]; gsub(/\./, "\\.", pattern); gsub(/\*/, "[^/]*", pattern)
      if (pattern != "" && path ~ "^" pattern "$") return 1
    }
    return 0
  }
  BEGIN {
    split("hourly 3600 daily 86400 weekly 604800 monthly 2592000 yearly 31536000", word, " ")
    for (i = 1; i < 10; i += 2) seconds[word[i]] = word[i + 1]
    split("/var/log/syslog /var/log/messages /var/log/auth.log /var/log/secure", log_file, " ")
  }
  { sub(/^[ \t]*#.*/, "") }
  script { if ($1 == "endscript") script = 0; next }
  $1 ~ /^(prerotate|postrotate|firstaction|lastaction|preremove)$/ { script = 1; next }
  !inside && /^[ \t]*["\/]/ { said = $0; sub(/\{.*/, "", said); paths = paths " " said }
  !inside && /\{/ { inside = 1; count = all_count; period = all_period; age = all_age; next }
  inside && /\}/ {
    for (i in log_file) if (covers(log_file[i])) print "rotation", log_file[i], count + 0, period + 0, age + 0
    inside = 0; paths = ""; next
  }
  $1 == "rotate" { if (inside) count = $2; else all_count = $2 }
  $1 == "maxage" { if (inside) age = $2; else all_age = $2 }
  $1 == "size" { if (inside) period = 0; else all_period = 0 }
  $1 in seconds { if (inside) period = seconds[$1]; else all_period = seconds[$1] }
'
"""
