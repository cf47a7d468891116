"""/etc/passwd, /etc/shadow and /etc/group as awk on the host reduces them: no hash is ever printed."""

from collections.abc import Iterator, Mapping, Sequence

from collectors.account_files.account import Account, Aging, Group, Password
from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

# Of field 2 whether it begins with `!`, whether with `*`, how long the rest is, and what stands between the first two
# dollars, if that is short, as names of schemes are. For /etc/shadow it goes through sudoers, where brackets, stars,
# question marks and backslashes would be patterns, and blanks would part it: it has none.
_REDUCE = (
    '{h=$2;l=0;if(index(h,"!")==1){l=1;sub(/^!+/,"",h)};s="";if(index(h,"$")==1){k=substr(h,2);i=index(k,"$");'
    'if(i>1&&i<7)s=substr(k,1,i-1)};print$1":"l":"(index(h,sprintf("%c",42))==1)":"length(h)":"s":"'
)
PASSWD = f'{_REDUCE}$3":"$4":"$6":"$7}}'
"""For awk: `alice:0:0:1::1001:1001:/home/alice:/bin/bash`."""
SHADOW = f'{_REDUCE}$3":"$4":"$5":"$6":"$7":"$8}}'
"""For awk: `alice:0:0:106:6:20778:0:99999:7::`, the scheme 6 and days behind the hash's 106 characters."""

_SCHEMES = {
    **dict.fromkeys(("2", "2a", "2b", "2x", "2y"), "bcrypt"),
    "y": "yescrypt",
    "gy": "gost-yescrypt",
    "7": "scrypt",
    "6": "sha512",
    "5": "sha256",
    "1": "md5",
    "md5": "sunmd5",
    "sha1": "sha1",
    "3": "nthash",
}
_DES = {13: "des", 20: "bsdi-des"}


def accounts(
    text: str, told: Sequence[Group], secrets: Mapping[str, tuple[Password, str | None, Aging]] | None
) -> Iterator[Account]:
    """The accounts of /etc/passwd; the first line of a name counts. `secrets`: as `passwords` gives, None: not seen."""
    names = {group.gid: group.name for group in reversed(told)}
    member_of: dict[str, list[str]] = {}
    for group in told:
        for member in group.members:
            member_of.setdefault(member, []).append(group.name)
    seen = set()
    for fields, line in _lines(text, 9):
        name, uid, gid, home, shell = fields[0], fields[5], fields[6], fields[7], fields[8]
        if name in seen or name[0] in "+-":  # what NIS would add, or leave out
            continue
        seen.add(name)
        password, scheme = _kept(fields, line)
        aging = None
        if password is None:
            found = (Password.UNKNOWN, None, None) if secrets is None else secrets.get(name)
            password, scheme, aging = found or (Password.NONE, None, None)
        primary = names.get(whole_number(gid, line), gid)
        others = sorted({one for one in member_of.get(name, ()) if one != primary})
        yield Account(
            name, whole_number(uid, line), (primary, *others), home, shell or "/bin/sh", password, scheme, aging
        )


def passwords(text: str) -> Mapping[str, tuple[Password, str | None, Aging]]:
    """What /etc/shadow tells, by account; its first line of a name counts."""
    found: dict[str, tuple[Password, str | None, Aging]] = {}
    for fields, line in _lines(text, 11):
        password, scheme = _kept(fields, line)
        days = [whole_number(day, line) if day else None for day in fields[5:]]
        days = [None if day is not None and day < 0 else day for day in days]  # usermod writes -1 for never
        found.setdefault(fields[0], (password or Password.NONE, scheme, Aging(*days)))
    return found


def groups(text: str) -> tuple[Group, ...]:
    """The groups, each name once."""
    found: dict[str, Group] = {}
    for fields, line in _lines(text, 3):
        if fields[0][0] not in "+-":
            members = tuple(dict.fromkeys(member for member in fields[2].split(",") if member))
            found.setdefault(fields[0], Group(fields[0], whole_number(fields[1], line), members))
    return tuple(found.values())


def _lines(text: str, count: int) -> Iterator[tuple[list[str], str]]:
    for line in text.split("\n"):
        fields = line.split(":")
        if not line or (line[0] in "+-" and len(fields) != count):
            continue
        if len(fields) != count or not fields[0]:
            raise UnreadableOutput(f"{count} fields of an account or a group", line)
        yield fields, line


def _kept(fields: Sequence[str], line: str) -> tuple[Password | None, str | None]:
    """The password's state and scheme; no state where it says `x`: look into /etc/shadow."""
    is_locked, is_star, scheme = fields[1] == "1", fields[2] == "1", fields[4]
    length = whole_number(fields[3], line)
    if length == 0 and not is_locked:
        return Password.EMPTY, None
    if length == 1 and not is_star and not is_locked:
        return None, None
    if is_star or (not scheme and length < min(_DES)):
        return Password.NONE, None
    word = _SCHEMES.get(scheme, "other") if scheme else _DES.get(length, "other")
    return (Password.LOCKED if is_locked else Password.SET), word
