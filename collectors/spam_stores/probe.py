"""Counts lists and quarantines on the host."""

# Arguments are `list:FILE` and `quarantine:FOLDER`, beside what rspamd, SpamAssassin and amavis have by themselves.
# Lists are counted on the host: who is on them stays there. Blank lines and comments do not count.
#
# now 1795304084
# list 412 1795200000 /etc/rspamd/local.d/maps.d/blocked.map
# list 3 1795200000 /etc/spamassassin/local.cf blocklist_from
# rules 1911840 1795180000
# rules packaged
# quarantine 120 4096000 1794304084 /var/lib/amavis/virusmails
# closed quarantine /srv/closed
# absent list /etc/postfix/blocked
AMAVIS = ("/var/lib/amavis/virusmails", "/var/spool/amavisd/quarantine", "/var/virusmails")
"""The quarantine folders of amavis, by distribution."""

PROBE = r"""
list() {
  if [ -r "$1" ] && [ -f "$1" ]; then
    entries=$(awk '!/^[ \t\r]*(#|$)/ { n++ } END { print n + 0 }' "$1") && stat -c "list $entries %Y %n" "$1"
  else missing list "$1"; fi
}
missing() { # a folder on the way may hide it
  way=$2
  while [ ! -e "$way" ] && [ -n "$way" ]; do way=${way%/*}; done
  if [ -e "$2" ] || [ ! -x "${way:-/}" ]; then echo "closed $1 $2"; else echo "absent $1 $2"; fi
}
quarantine() {
  if [ -r "$1" ] && [ -x "$1" ]; then find "$1" -type f -exec stat -c '%Y-%s/' {} + 2>&1
  else as_root find "$1" -type f -printf %T@-%s/ 2>/dev/null; fi | tr '/' '\n' | awk -v folder="$1" '
    /^== denied $|: Permission denied$/ { closed = 1 }
    /^[0-9.]+-[0-9]+$/ { split($0, f, "-"); n++; bytes += f[2]; if (n == 1 || f[1] + 0 < oldest) oldest = f[1] + 0 }
    END {
      if (closed) print "closed quarantine", folder
      else printf "quarantine %d %.0f %d %s\n", n, bytes, oldest, folder
    }'
}
date '+now %s'
for file in /etc/rspamd/local.d/maps.d/* /var/lib/rspamd/*.map; do
  [ ! -f "$file" ] || list "$file"
done
for folder in /etc/spamassassin /etc/mail/spamassassin; do
  [ -f "$folder/local.cf" ] && [ ! -L "$folder" ] || continue
  for file in "$folder"/*.cf; do
    [ -r "$file" ] || continue
    written=$(stat -c %Y "$file")
    awk -v written="$written" -v file="$file" '
      $1 ~ /^(block|black|welcome|white)list_(from|from_rcvd|auth|to)$/ { n[$1] += NF - 1 }
      END { for (kind in n) print "list", n[kind], written, file, kind }' "$file"
  done
  command -v spamassassin >/dev/null || continue
  found=
  for rules in /var/lib/spamassassin/[0-9]*/updates_spamassassin_org.cf; do
    [ -f "$rules" ] || continue
    found=yes
    version=$(awk 'tolower($2 $3) == "updateversion" && $4 ~ /^[0-9]+$/ { print $4; exit }' "$rules")
    echo "rules $version $(stat -c %Y "$rules")"
  done
  [ -n "$found" ] || echo "rules packaged"
done
for folder in AMAVIS; do
  # amavis' home is mostly closed to others.
  if [ -d "$folder" ] || { [ -d "${folder%/*}" ] && [ ! -x "${folder%/*}" ]; }; then quarantine "$folder"; fi
done
for asked in "$@"; do
  case $asked in
    list:*) list "${asked#list:}" ;;
    quarantine:*)
      folder=${asked#quarantine:}
      if [ -r "$folder" ] && [ -x "$folder" ]; then quarantine "$folder"; else missing quarantine "$folder"; fi ;;
  esac
done
:
""".replace("AMAVIS", " ".join(AMAVIS))
