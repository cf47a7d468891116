"""For awk: the lines of a day's log of authentication become counts; who came from where, and whom they tried."""

# A name that is no account of the host is only counted: people type passwords where a name is wanted. What a stranger
# chose for a name may hold " from 192.0.2.1 port 22", so that the last one in the line counts.
# sshd tells of one attempt in several lines: those of a process that told of no failure, but of a stranger, or of one
# who left before he was known, count once. Lines come newest first (of the journal), or oldest first (of a file).
MOST_SHOWN = 10
"""How many sources and accounts are told by name, those with most failures."""

COUNT = r"""
  # Leading zeros would make it an octal number to busybox.
  function stamp(text,  t) { t = text; gsub(/[^0-9]/, "", t); sub(/^0+/, "", t); return t + 0 }
  function time_of() {
    if (source == "journal") { first = 3; return $1 + 0 }
    if ($1 ~ /^[0-9][0-9][0-9][0-9]-/) { first = 3; return bounded(stamp(substr($1, 6, 14))) }
    first = 5
    month = index("JanFebMarAprMayJunJulAugSepOctNovDec", $1)
    return bounded(((month + 2) / 3 * 100 + $2) * 1000000 + stamp($3))
  }
  # Traditional lines bear no year: what would be of tomorrow or later is of last year.
  function bounded(at) { return at > now + 1000000 ? at - 1300000000 : at }
  function address(text) { return text ~ /^[0-9A-Za-z:.%_-]+$/ && length(text) <= 64 ? text : "other" }
  function account(name, exists) { return name in users || exists && name ~ /^[A-Za-z0-9._@\\-]+$/ ? name : "" }
  function failed(from, name, at, n) {
    if (at < day) return
    if (!(from in by_day)) sources++
    by_day[from] += n; total_day += n
    if (name == "") unknown_day += n; else tried_day[name] += n
    if (at >= hour) {
      by_hour[from] += n; total_hour += n
      if (name == "") unknown_hour += n; else tried_hour[name] += n
    }
    run[from] += n
    if (source == "journal" && from in then) noted(from, then[from], run[from])
  }
  function noted(from, name, n) { if (n > most[from]) { most[from] = n; into[from] = name } }
  function let_in(from, name, at, by_password) {
    if (at < day) return
    if (source == "journal") { delete then[from]; if (by_password) then[from] = name }
    else if (by_password && run[from]) noted(from, name, run[from])
    run[from] = 0
  }
  # Takes " from ADDRESS port N" off the end of `text`; leaves the name in `who`, the address in `from`.
  function parted(text, ending,  part) {
    if (!match(text, ending)) return 0
    who = substr(text, 1, RSTART - 1)
    split(substr(text, RSTART + 1, RLENGTH - 1), part, " ")
    from = address(part[1] == "from" ? part[2] : part[1]); return 1
  }
  BEGIN {
    while ((getline line < "/etc/passwd") > 0) { split(line, part, ":"); users[part[1]] }
    if (source != "journal") {
      now = stamp(now); hour = stamp(hour); day = stamp(day)
      if (hour > now) hour -= 1300000000
      if (day > now) day -= 1300000000
    }
  }
  { lines++ }
  !/[Ff]ailed|[Ii]nvalid|preauth|Accepted|authentication failure|Bad password|nonexistent|succeeded|NOT / { next }
  {
    at = time_of(); program = $first
    if (program ~ /^[a-z0-7]+\.[a-z]+$/) program = $(++first)
    said = substr($0, index($0, " " program " ") + length(program) + 2); sub(/:$/, "", program)
    n = 1
    if (match(said, /^message repeated [0-9]+ times: \[ /)) {
      split(said, part, " "); n = part[3] + 0; said = substr(said, RLENGTH + 1); sub(/\]$/, "", said)
    }
    process = program; sub(/\[.*/, "", program)
  }
  program ~ /^sshd(-session|-auth)?$/ {
    if (said ~ /^Failed (password|keyboard-interactive\/pam) for /) {
      sub(/^Failed [^ ]+ for /, "", said)
      if (!parted(said, " from [^ ]+ port [0-9]+( ssh[0-9]?)?$")) next
      exists = !sub(/^invalid user /, "", who); told[process]
      failed(from, account(who, exists), at, n)
    } else if (said ~ /^Accepted /) {
      password = said ~ /^Accepted (password|keyboard-interactive)/; sub(/^Accepted [^ ]+ for /, "", said)
      if (parted(said, " from [^ ]+ port [0-9]+( ssh[0-9]?)?(: .*)?$")) let_in(from, account(who, 1), at, password)
    } else if (sub(/^Invalid user /, "", said)) {
      if (parted(said, " from [^ ]+ port [0-9]+$") || parted(said, " from [^ ]+$")) {
        left[process] = from " " at " " account(who, 0)
      }
    } else if (said ~ /^(Connection (closed|reset) by|Disconnect(ed from|ing)) (authenticating|invalid) user /) {
      exists = said ~ / authenticating user /; sub(/^.* (authenticating|invalid) user /, "", said)
      if (parted(said, " [^ ]+ port [0-9]+(: [^[]*)? \\[preauth\\]$") && !(process in left))
        left[process] = from " " at " " account(who, exists)
    }
    next
  }
  program == "dropbear" {
    if (match(said, / from <?[^ ]+:[0-9]+>?$/)) {
      from = substr(said, RSTART + 6); gsub(/[<>]|:[0-9]+>?$/, "", from); from = address(from)
      quoted = said; sub(/^[^\047]*\047/, "", quoted); sub(/\047.*/, "", quoted)
      if (said ~ /^(Bad password|Login) attempt/) failed(from, account(said ~ /nonexistent/ ? "" : quoted, 0), at, n)
      else if (said ~ / auth succeeded for /) let_in(from, account(quoted, 1), at, said ~ /^Password/)
    }
    next
  }
  # Of the modules that are asked one after another only the first counts.
  said ~ /pam_unix\([^)]*:auth\): authentication failure;/ {
    from = "local"; name = ""
    for (i = first; i <= NF; i++) {
      if ($i ~ /^rhost=./) from = address(substr($i, 7))
      if ($i ~ /^user=./) name = substr($i, 6)
    }
    failed(from, account(name, 0), at, 1); next
  }
  program == "sudo" && / : (user|command) NOT (in sudoers|allowed)/ { failed("local", account($(first + 1), 0), at, 1) }
  program == "login" && said ~ /^invalid password for / { failed("local", "", at, 1) }
  function top(word, of_day, of_hour, n,  k, best, found) {
    while (n-- > 0) {
      found = 0
      for (k in of_day) if (!found || of_hour[k] > of_hour[best] ||
        of_hour[k] == of_hour[best] && of_day[k] > of_day[best]) { best = k; found = 1 }
      if (!found) return
      print word, best, of_hour[best] + 0, of_day[best]; delete of_day[best]
    }
  }
  END {
    for (p in left) if (!(p in told)) { split(left[p], part, " "); failed(part[1], part[3], part[2] + 0, 1) }
    print "lines", lines + 0
    print "failed", total_hour + 0, total_day + 0
    print "unknown", unknown_hour + 0, unknown_day + 0
    print "sources", sources + 0
    for (k in most) if (into[k] != "" && most[k] >= 3 && shown++ < 10) print "success", k, into[k], most[k]
    top("from", by_day, by_hour, @MOST@)
    top("tried", tried_day, tried_hour, @MOST@)
  }
""".replace("@MOST@", str(MOST_SHOWN))
