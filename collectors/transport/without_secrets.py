"""What the script's head defines for probes that pass on text somebody else wrote: secrets are masked on the host."""

import shlex


def _any_case(word: str) -> str:
    """A word in any case, as every sed knows it: [Tt][Oo]..."""
    return "".join(f"[{one.upper()}{one}]" if one.isalpha() else one for one in word)


_NAMES = "|".join(
    _any_case(name).replace("~", "[_-]?")
    for name in (
        "password", "passwd", "passphrase", "secret", "token", "api~key", "access~key", "private~key", "credential",
        "credentials", "authorization", "cookie", "session~id",
    )
)  # fmt: skip
_OPTIONS = "|".join(map(_any_case, ("password", "passwd", "passphrase", "pass", "secret", "token", "api-key")))
_QUOTE = "[\"']?"
_VALUE = "(\"[^\"]*\"?|'[^']*'?|[^[:space:],;&\"']+)"
_IS = f"{_QUOTE}[[:space:]]*[=:][[:space:]]*"

_RULES = (
    # what crypt(3) makes of a password
    (r"\$(1|2[abxy]?|5|6|7|y|gy|sha1|md5|apr1|argon2i?d?|scrypt)\$[^[:space:]:,;\"')]+", "***"),
    # scheme://user:x@host
    (r"(://[^[:space:]/:@]*:)[^[:space:]/@]+@", r"\1***@"),
    # Authorization: Basic x, before the name alone takes `Basic` for the value
    (rf"({_any_case('bearer')}|{_any_case('basic')})[[:space:]]+[A-Za-z0-9._~+/=-]{{16,}}", r"\1 ***"),
    # password=x, "api_token": "x"; not "Failed password for root"
    (rf"(({_NAMES}){_IS}({_any_case('bearer')} |{_any_case('basic')} )?){_VALUE}", r"\1***"),
    (rf"((^|[^A-Za-z])([Pp]wd|{_any_case('pass')}){_IS}){_VALUE}", r"\1***"),
    # --password x
    (rf"(--?({_OPTIONS})[[:space:]]+)[^[:space:]]+", r"\1***"),
    # keys: of SSH, in PEM, JSON Web Tokens, and what services hand out
    (r"AAAA[0-9A-Za-z+/]{40,}=*", "***"),
    (r"-----BEGIN [A-Z ]*PRIVATE KEY.*", "***"),
    (r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*)?", "***"),
    (r"(AKIA|ASIA)[0-9A-Z]{16}", "***"),
    (r"(^|[^A-Za-z0-9])(gh[pousr]_|github_pat_|glpat-|xox[abprs]-|sk-|hf_)[A-Za-z0-9_-]{16,}", r"\1***"),
)


WITHOUT_SECRETS = (
    "# without_secrets: passes on standard input, and masks what looks like a password, a hash, a key or a token.\n"
    "without_secrets() {\n  sed -E"
    + "".join(f" \\\n    -e {shlex.quote(f's#{pattern}#{mask}#g')}" for pattern, mask in _RULES)
    + "\n}\n"
)
