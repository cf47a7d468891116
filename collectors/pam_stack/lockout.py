"""What a stack does after failed passwords, and what it asks of new ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collectors.contract.reading import whole_number
from collectors.pam_stack.stack import Module

FAILLOCK_DENIES = 3  # its own defaults, see faillock.conf(5)
FAILLOCK_UNLOCKS = 600
_LOCAL = (
    *("access", "cap", "deny", "env", "faildelay", "faillock", "group", "issue", "keyinit", "lastlog", "listfile"),
    *("localuser", "mail", "motd", "nologin", "permit", "rootok", "securetty", "selinux", "sepermit", "shells"),
    *("succeed_if", "tally", "tally2", "time", "unix", "unix2", "usertype", "warn", "wheel"),
)
_LENGTHS = {"pam_pwquality": 8, "pam_cracklib": 9}  # likewise


@dataclass(frozen=True, slots=True)
class Lockout:
    """What a service does after failed passwords.

    `module` is None where nothing counts them. `deny`: after how many an account is locked, None: never.
    `unlock_seconds`: for how long, 0: until an administrator unlocks it. `asks_elsewhere`: passwords may be kept
    somewhere else than in files of the host, such as in a directory.
    """

    service: str
    module: str | None
    deny: int | None
    unlock_seconds: int
    covers_root: bool
    asks_elsewhere: bool = False


def number(word: str | None) -> int | None:
    """The number `word` is, None where there is none or it is below zero, which says never."""
    number = whole_number(word) if word else None
    return None if number is None or number < 0 else number


def lockout(service: str, stack: Sequence[Module], settings: Mapping[str, str]) -> Lockout:
    """What a stack does after failures; `settings` are those of faillock.conf.

    faillock needs a line that counts (`authfail`) and one that refuses (`preauth`, or one of kind account).
    """
    faillock = [module for module in stack if module.name == "pam_faillock"]
    elsewhere = any(one.kind == "auth" and one.name.removeprefix("pam_") not in _LOCAL for one in stack)
    counts = any(module.option("authfail") is not None for module in faillock)
    refuses = any(module.option("preauth") is not None or module.kind == "account" for module in faillock)
    if counts and refuses:
        told = {**settings, **{k: v for module in faillock for k, v in map(_parted, module.arguments)}}
        deny = number(told.get("deny")) if told.get("deny") else FAILLOCK_DENIES
        unlocks, covers_root = _unlocks(told, FAILLOCK_UNLOCKS), "even_deny_root" in told
        return Lockout(service, "pam_faillock", deny or None, unlocks, covers_root, elsewhere)
    for module in stack:
        if module.kind == "auth" and module.name in ("pam_tally2", "pam_tally"):
            told = dict(map(_parted, module.arguments))
            unlocks, covers_root = _unlocks(told, 0), "even_deny_root" in told
            return Lockout(service, module.name, number(told.get("deny")), unlocks, covers_root, elsewhere)
    return Lockout(service, None, None, 0, covers_root=False, asks_elsewhere=elsewhere)


def _parted(argument: str) -> tuple[str, str]:
    word, _, value = argument.partition("=")
    return word, value


def _unlocks(told: Mapping[str, str], default: int) -> int:
    word = told.get("unlock_time")
    return default if not word else 0 if word == "never" else number(word) or 0


def min_length(every: Sequence[Module], settings: Mapping[str, str]) -> int | None:
    """The least length of a new password; `settings` are those of pwquality.conf."""
    for module in every:
        if module.name in ("pam_pwquality", "pam_cracklib"):
            word = module.option("minlen") or (settings.get("minlen") if module.name == "pam_pwquality" else None)
            return number(word) if word else _LENGTHS[module.name]
    return None
