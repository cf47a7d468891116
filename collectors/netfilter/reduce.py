"""For awk: a ruleset, which may be very long, becomes a few lines."""

# What happens in the end to a packet that no rule names: rules without a condition are followed through the chains they
# jump to. A chain from which some return lets those go on. Chains that come and go with bans and containers are neither
# counted nor part of the fingerprint; nor are counters and the elements of sets.
_VERDICTS = r"""
  NR == 1 { first = $0 }
  /^== failed / { print $0, substr(first, 1, 160); next }
  function passing(text) {
    return text ~ /(^|[^A-Za-z])(f2b-|fail2ban|sshguard|crowdsec|DOCKER|KUBE-|CNI-|CILIUM|LIBVIRT_|NETAVARK)/ ||
      text ~ /(^|[^A-Za-z])(netavark|cali-|cali[0-9a-f]+|flannel|docker|podman|veth|virbr|br-[0-9a-f]+)/
  }
  function always(chain, verdict) { says[chain, ++said[chain]] = verdict }
  function outcome(chain, depth,  i, verdict, target, there) {
    if (depth > 20) return ""
    for (i = 1; i <= said[chain]; i++) {
      verdict = says[chain, i]
      if (verdict == "return") return ""
      if (verdict == "some return") { if (depth) return ""; continue }
      if (verdict == "drop" || verdict == "accept") return verdict
      target = verdict; sub(/^[a-z]+ /, "", target)
      there = outcome(target, depth + 1)
      if (there != "" || verdict ~ /^goto /) return there
    }
    return ""
  }
  function hashed(line) { print line | "sha256sum" }
  function told(family, name, chain, policy,  verdict) {
    verdict = outcome(chain, 0); if (verdict == "") verdict = policy
    print "input", family, name, verdict
  }
  function ended() { print "rules", tables + 0, chains + 0, rules + 0; if (rules + chains) close("sha256sum") }
"""

OF_NFT = (
    _VERDICTS
    + r"""
  /^== / { print; next }
  /^table / { family = $2; table = $3; skip = passing(table); if (!skip) { tables++; hashed($0) } next }
  skip { next }
  /^\t[a-z]/ {
    block = $1; name = $2; key = family " " table " " name; quiet = passing(name)
    if (block == "chain" && !quiet) { chains++; hashed($0) }
    next
  }
  block == "chain" && /^\t\t[ \t]/ && hashing { hashed($0) }
  block != "chain" || !/^\t\t[^ \t]/ { next }
  { hashing = 0 }
  /^\t\ttype .* hook / {
    if (!quiet) hashed($0)
    if ($0 ~ / hook input / && family ~ /^(ip|ip6|inet)$/) {
      base[++bases] = key; policy[bases] = $0 ~ /policy drop/ ? "drop" : "accept"
    }
    next
  }
  {
    sub(/^\t\t/, "")
    gsub(/counter packets [0-9]+ bytes [0-9]+ ?/, "")
    if (!quiet && !passing($0)) { rules++; hashed($0); hashing = 1 }
    gsub(/ ?comment "[^"]*"/, "")
    gsub(/log( prefix "[^"]*")?( (level|group|snaplen|queue-threshold|flags) [a-z0-9]+)* ?/, "")
    sub(/ +$/, "")
    if (/^(drop|reject( with .*)?)$/) always(key, "drop")
    else if (/^(accept|return)$/) always(key, $0)
    else if (/^(jump|goto) [^ ]+$/) always(key, $1 " " family " " table " " $2)
    else if (/ return$/) always(key, "some return")
  }
  END {
    for (i = 1; i <= bases; i++) { split(base[i], part, " "); told(part[1], part[2] "/" part[3], base[i], policy[i]) }
    ended()
  }
"""
)

OF_IPTABLES = (
    _VERDICTS
    + r"""
  /^== / { print; next }
  /^-P / { tables = 1; chains++; hashed($0); if ($2 == "INPUT") policy = $3; next }
  /^-N / { if (!passing($2)) { chains++; hashed($0) } next }
  /^-A / {
    if (!passing($0)) { rules++; hashed($0) }
    gsub(/ -m comment --comment ("[^"]*"|[^ ]+)/, "")
    chain = $2; rest = $0; sub(/^-A [^ ]+ /, "", rest)
    if (rest ~ /^-j (DROP|REJECT)( --reject-with [^ ]+)?$/) always(chain, "drop")
    else if (rest ~ /^-j ACCEPT$/) always(chain, "accept")
    else if (rest ~ /^-j RETURN$/) always(chain, "return")
    else if (rest ~ /^-j [^ ]+$/) always(chain, "jump " $4)
    else if (rest ~ /^-g [^ ]+$/) always(chain, "goto " $4)
    else if (rest ~ / -j RETURN$/) always(chain, "some return")
  }
  END { if (tables) told(family, "INPUT", "INPUT", policy == "ACCEPT" ? "accept" : "drop"); ended() }
"""
)
