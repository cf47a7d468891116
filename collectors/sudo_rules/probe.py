"""How a probe reads sudoers, and what it hides of that."""

# With its whole path: `-exec "stat -c ..."`, one word, is the same to sudo, and would be found where the login stands.
_LIST = "find /etc/sudoers /etc/sudoers.d -maxdepth 1 -exec /usr/bin/stat -c %f:%u:%n {} ;"
_RULES = "cvtsudoers -e -f sudoers /etc/sudoers"
COMMANDS = (_RULES, _LIST)

# cvtsudoers follows includes, drops comments and writes out aliases; sudo has it since 1.8.23. awk joins its lines, and
# hides the words of commands that look like a password or a token, or follow an option or a header of such a name.
PROBE = r"""
[ -e /etc/sudoers ] || { echo "no sudoers"; return; }
command -v cvtsudoers >/dev/null || { echo "no cvtsudoers"; return; }
echo "== rules"
found=$(as_root @RULES@ 2>&1); status=$?
printf '%s\n' "$found" | awk -v failed="$status" '
  function hidden(word) { return word ~ /,$/ ? "...," : "..." }
  function shown(line,  n, word, i, low, next_too, told) {
    n = split(line, word, " "); told = word[1]
    for (i = 2; i <= n; i++) {
      low = tolower(word[i])
      if (next_too) { word[i] = hidden(word[i]); next_too = 0 }
      else if (word[i] ~ /^-p./) { next_too = (low ~ /^-pass/); word[i] = "-p" hidden(word[i]) }
      else if (word[i] ~ /^[A-Z_]+:$/) next_too = 0
      else if (low ~ /(pass|pwd|token|secret|key|credential|auth)[a-z_-]*\\*[=:]./ && match(word[i], /[=:]/))
        word[i] = substr(word[i], 1, RSTART) hidden(word[i])
      else if (low ~ /^-+[a-z-]*(pass|pwd|token|secret|credential)[a-z-]*$/ || low ~ /^(bearer|basic)$/) next_too = 1
      else if (word[i - 1] ~ /^(-u|--user)$/ && word[i] ~ /:/) word[i] = hidden(word[i])
      gsub("//[^/@]+@", "//...@", word[i])
      told = told " " word[i]
    }
    return told
  }
  /^== denied/ { print; next }
  failed != 0 { if (match($0, /\/[^ :]+(:[0-9]+| near line [0-9]+)/)) print substr($0, RSTART, RLENGTH); next }
  /\\$/ { sub(/\\$/, ""); sub(/^ +/, ""); line = line $0 " "; next }
  { sub(/^ +/, ""); line = line $0; if (line != "") print line ~ /^Defaults/ ? line : shown(line); line = "" }'
echo "== end $status"
echo "== files"
stat=/usr/bin/stat
[ -x "$stat" ] || stat=/bin/stat
as_root @LIST@ 2>/dev/null
:
""".replace("@RULES@", _RULES).replace("@LIST@", _LIST.replace("{} ;", "'{}' ';'").replace("/usr/bin/stat", '"$stat"'))
