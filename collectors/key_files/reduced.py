"""What a probe prints of authorized_keys: no key, no value of an option, of a comment one short word."""

# Without ssh-keygen (dropbear) the fingerprint is the SHA-256 of the key, in hex.
#   file alice 1001 8180 1001 /home/alice/.ssh/authorized_keys    (her number, mode, owner)
#   key alice 1 ssh-ed25519 68 from,command alice@laptop
#   closed bob
#   == digests
#   256 SHA256:iKQ6ljYJMlUUcOG2RkOUOdRcONHUkKMqDuYbxbvGYVk 1 (ED25519)
#   sha256 88a43a9636093255 1

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

_OPTIONS = (
    "agent-forwarding|cert-authority|command|environment|expiry-time|from|no-agent-forwarding|no-port-forwarding|no-pty|"
    "no-touch-required|no-user-rc|no-x11-forwarding|permitlisten|permitopen|port-forwarding|principals|pty|restrict|"
    "tunnel|user-rc|verify-required|x11-forwarding"
)
REDUCED = r"""
tab=$(printf '\t')
reduced=$(key_files | awk -v options="@OPTIONS@" '
  function names(text,  n, one, i, name, found) {
    n = split(tolower(text), one, ",")
    for (i = 1; i <= n; i++) {
      name = one[i]; sub(/=.*/, "", name)
      if (index("|" options "|", "|" name "|")) found = found (found == "" ? "" : ",") name
    }
    return found == "" ? "-" : found
  }
  function short(word) {
    if (word !~ /^[A-Za-z0-9._@+-]+$/ || length(word) > (index(word, "@") ? 64 : 32)) return "-"
    return word
  }
  /^== denied/ { denied = denied $0 "\n"; next }
  /^!/ { if (!($0 in closed)) { closed[$0]; print "closed", substr($0, 2) } }
  /^\+/ {
    split($0, part, ":"); path = substr($0, length(part[1] part[2]) + 3)
    owners[path]++; owner[path, owners[path]] = substr(part[1], 2) " " part[2]
  }
  /^\// {
    split($0, part, ":"); file = substr($0, length(part[1] part[2]) + 3)
    for (i = 1; i <= owners[file]; i++) print "file", owner[file, i], substr(part[1], 2), part[2], file
  }
  /^=/ {
    n = split(substr($0, 2), word, /[ \t\r]+/); before = ""
    for (at = 1; at < n; at++) {
      if (word[at] ~ /^(ssh|ecdsa|sk)-[a-z0-9@.-]+$/ && word[at + 1] ~ /^AAAA[A-Za-z0-9+\/]+=*$/) break
      before = before word[at]
    }
    if (at >= n || before ~ /^#/ || !owners[file]) next
    number++; bare = word[at + 1]; sub("=+$", "", bare)
    for (i = 1; i <= owners[file]; i++) {
      split(owner[file, i], whose, " ")
      print "key", whose[1], number, word[at], length(bare), names(before), short(word[at + 2])
    }
    print "\t" word[at], word[at + 1], number
  }
  END { printf "%s", denied }')
printf '%s\n' "$reduced" | grep -v "^$tab"
echo "== digests"
if command -v ssh-keygen >/dev/null; then
  printf '%s\n' "$reduced" | sed -n "s/^$tab//p" | ssh-keygen -lf - 2>/dev/null
else
  printf '%s\n' "$reduced" | sed -n "s/^$tab//p" | while read -r kind key number; do
    set -- $(printf '%s' "$key" | base64 -d 2>/dev/null | sha256sum)
    echo "sha256 $1 $number"
  done
fi
:
""".replace("@OPTIONS@", _OPTIONS)

_KINDS = {"ssh-rsa": "rsa", "ssh-dss": "dsa", "ssh-ed25519": "ed25519", "sk-ssh-ed25519@openssh.com": "ed25519-sk"}
_BITS = {"dsa": 1024, "ed25519": 256, "ed25519-sk": 256}
_ECDSA = re.compile(r"(sk-)?ecdsa-sha2-nistp([0-9]{3})(@openssh\.com)?")
_RSA_BESIDES = 23  # bytes of an RSA key beside its modulus: the name, the exponent 65537, three lengths and a sign


@dataclass(frozen=True, slots=True)
class Key:
    """A public key that opens an account. `comment` is the first word of its comment, if that is short and plain."""

    account: str
    fingerprint: str
    kind: str
    bits: int
    options: tuple[str, ...]
    comment: str | None


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file of such keys. `mode` are the twelve bits of chmod; a link is not followed by root.

    `owner` and `uid` are the numbers of who owns it and whose logins it opens.
    """

    account: str
    path: str
    mode: int
    owner: int
    uid: int
    is_link: bool


def keys(text: str, digests: str) -> Iterator[Key]:
    """The keys of the lines `key`, each with its fingerprint; what ssh-keygen takes for none is left out."""
    found = _fingerprints(digests)
    for line in text.split("\n"):
        if not line.startswith("key "):
            continue
        words = line.split(" ")
        if len(words) != 7:
            raise UnreadableOutput("key, account, number, type, length, options, comment", line)
        _, account, number, kind, length, options, comment = words
        fingerprint, bits = found.get(number, ("", None))
        if fingerprint:
            name, size = _kind(kind, whole_number(length, line))
            options_told = () if options == "-" else tuple(options.split(","))
            yield Key(account, fingerprint, name, bits or size, options_told, None if comment == "-" else comment)


def files(text: str) -> Iterator[KeyFile]:
    """The files of the lines `file`."""
    for line in text.split("\n"):
        if line.startswith("file "):
            words = line.split(" ", 5)
            if len(words) != 6 or not re.fullmatch("[0-9a-f]{4}", words[3]):
                raise UnreadableOutput("file, account, uid, mode, owner, path", line)
            _, account, uid, mode, owner, path = words
            bits = int(mode, 16)
            yield KeyFile(
                account,
                path,
                bits & 0o7777,
                whole_number(owner, line),
                whole_number(uid, line),
                is_link=bits >> 12 == _LINK,
            )


_LINK = 0o12  # of a mode's highest bits: S_IFLNK


def _fingerprints(digests: str) -> Mapping[str, tuple[str, int | None]]:
    """By number the fingerprint, and how long the key is, where that is told."""
    found: dict[str, tuple[str, int | None]] = {}
    for line in digests.split("\n"):
        words = line.split(" ")
        if words[0] == "sha256" and len(words) == 3:
            try:
                digest = base64.b64encode(binascii.unhexlify(words[1])).decode().rstrip("=")
            except ValueError:
                raise UnreadableOutput("a digest in hex", line) from None
            found[words[2]] = f"SHA256:{digest}", None
        elif len(words) == 4 and words[1].startswith("SHA256:"):
            found[words[2]] = words[1], whole_number(words[0], line)
        elif line:
            raise UnreadableOutput("a fingerprint", line)
    return found


def _kind(kind: str, length: int) -> tuple[str, int]:
    """The short name of a type of keys, and the bits of one that is `length` characters long in base64."""
    ecdsa = _ECDSA.fullmatch(kind)
    if ecdsa:
        return ("ecdsa-sk" if ecdsa[1] else "ecdsa"), int(ecdsa[2])
    name = _KINDS.get(kind, kind)
    return name, max(0, length * 3 // 4 - _RSA_BESIDES) * 8 if name == "rsa" else _BITS.get(name, 0)
