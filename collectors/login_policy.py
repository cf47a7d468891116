"""What is set for logins: after how many failures an account is locked, how long passwords are valid, their hash."""

# Everybody may read it, but for whether passwords are of any use here: whether an account has one, and sshd takes them.
# Of PAM's lines only includes and modules are printed, and of their arguments only those named below: others may hold
# the password of a database.
#   == login.defs
#   PASS_MAX_DAYS 99999
#   == faillock
#   deny 5
#   == pwquality
#   minlen 12
#   == pam
#   sshd
#   sshd include all common-auth
#   common-auth auth pam_faillock preauth
#   common-auth auth pam_unix nullok
#   == passwd               (as account_files reduces it, and shadow)
#   alice:0:0:1::1001:1001:/home/alice:/bin/bash
#   == shadow
#   alice:0:0:106:6:20778:0:99999:7::
#   == elsewhere            (where there may be more accounts)
#   == effective            (of sshd, see sshd_words)
#   set passwordauthentication no

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.account_files import OPENABLE, SHADOW, with_password
from collectors.contract import Collector, Entry, Kind, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, pairs
from collectors.pam_stack import Lockout, lockout, min_length, number, stacks
from collectors.sshd_words import PASSWORDS, takes_passwords

PROBE = r"""
settings() {
  awk 'match($0, /#/) { $0 = substr($0, 1, RSTART - 1) }
    { sub("=", " "); if ($1 ~ /^(deny|unlock_time|even_deny_root|minlen)$/) last[$1] = $2 }
    END { for (one in last) print one, last[one] }' "$@" 2>/dev/null
}
set -- /etc/pam.d/*
[ -f "$1" ] || set -- /usr/lib/pam.d/*
[ -f "$1" ] || { echo "no PAM"; return; }
for file in /usr/lib/pam.d/*; do
  case $1 in "$file") continue ;; esac
  [ ! -f "$file" ] || [ -f "/etc/pam.d/${file##*/}" ] || set -- "$@" "$file"
done
echo "== login.defs"
file=/etc/login.defs; [ -f $file ] || file=/usr/etc/login.defs
awk '$1 ~ /^(PASS_MAX_DAYS|PASS_MIN_DAYS|PASS_WARN_AGE|ENCRYPT_METHOD)$/ { last[$1] = $2 }
  END { for (one in last) print one, last[one] }' $file 2>/dev/null
echo "== faillock"
settings /etc/security/faillock.conf
echo "== pwquality"
settings /etc/security/pwquality.conf /etc/security/pwquality.conf.d/*.conf
echo "== pam"
awk '
  FNR == 1 { name = FILENAME; sub(/.*\//, "", name); print name }
  /^[ \t]*(#|$)/ { next }
  $1 == "@include" { print name, "include all", $2; next }
  {
    sub(/^[ \t]*-/, ""); sub(/\[[^]]*\]/, "[]"); kind = tolower($1)
    if (kind !~ /^(auth|account|password)$/) next
    if ($2 == "include" || $2 == "substack") { print name, "include", kind, $3; next }
    module = $3; sub(/.*\//, "", module); sub(/\.so$/, "", module)
    known = module ~ /^pam_(faillock|tally2?|pwquality|cracklib|passwdqc|unix|unix2)$/
    if (!known && kind != "auth") next
    told = name " " kind " " (module ~ /^[A-Za-z0-9_.-]+$/ ? module : "odd")
    for (i = 4; known && i <= NF; i++)
      if ($i ~ /^(deny|unlock_time|minlen|remember)=[0-9a-z]+$/ ||
        $i ~ /^(preauth|authfail|authsucc|even_deny_root|nullok)$/ ||
        $i ~ /^(yescrypt|gost_yescrypt|blowfish|sha512|sha256|md5|bigcrypt)$/)
        told = told " " $i
    print told
  }' "$@" 2>/dev/null
"""
PROBE += f"{OPENABLE}{PASSWORDS}:"

_HASHES = ("yescrypt", "gost_yescrypt", "blowfish", "sha512", "sha256", "md5", "bigcrypt")


@dataclass(frozen=True, slots=True)
class LoginPolicy:
    """For accounts and passwords to come: days, None where nothing is set; `encrypt_method` in lower case.

    `min_length` is what a module of password quality asks for, None where there is none. `with_password` is how many
    accounts a password of the host's own opens, `by_ssh` whether sshd takes any; None where that cannot be told.
    """

    lockouts: tuple[Lockout, ...]
    max_days: int | None
    min_days: int | None
    warn_days: int | None
    encrypt_method: str | None
    min_length: int | None
    with_password: int | None = None
    by_ssh: bool | None = None


def parse(output: str) -> LoginPolicy:
    """Raises `UnreadableOutput`, `NotApplicable` where there is no PAM."""
    if output.strip() == "no PAM":
        raise NotApplicable("no PAM on this host")
    parts = blocks(output, "login.defs", "faillock", "pwquality", "pam")
    defs, faillock, quality = (pairs(parts[name]) for name in ("login.defs", "faillock", "pwquality"))
    found = stacks(parts["pam"])
    if not parts["pam"].strip():
        raise UnreadableOutput("a file of pam.d", "")
    every = [module for stack in found.values() for module in stack if module.kind == "password"]
    hashes = [word for module in every if module.name.startswith("pam_unix") for word in module.arguments]
    method = next((word for word in hashes if word in _HASHES), None) or defs.get("ENCRYPT_METHOD")
    return LoginPolicy(
        lockouts=tuple(lockout(service, stack, faillock) for service, stack in found.items()),
        max_days=number(defs.get("PASS_MAX_DAYS")),
        min_days=number(defs.get("PASS_MIN_DAYS")),
        warn_days=number(defs.get("PASS_WARN_AGE")),
        encrypt_method=method.lower() if method else None,
        min_length=min_length(every, quality),
        with_password=with_password(parts),
        by_ssh=takes_passwords(parts),
    )


def inventory(facts: LoginPolicy) -> Iterator[Entry]:
    """What is set, in a line for each."""
    for one in facts.lockouts:
        value = f"{one.module}: after {one.deny}, for {one.unlock_seconds} s" if one.module else "never"
        yield Entry(Kind.ACCESS, f"lock-out {one.service}", value)
    days = f"at most {facts.max_days} d, at least {facts.min_days} d, {facts.encrypt_method or 'no method set'}"
    yield Entry(Kind.ACCESS, "new passwords", days[:200])


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="awk",
    every_seconds=3600,
    timeout_seconds=20,
    inventory=inventory,
    root_commands=(f"awk -F: {SHADOW} /etc/shadow", "sshd -T"),
)
