"""What a spam filter is fed with and what it keeps: lists of addresses, SpamAssassin's rules, quarantine folders."""

from dataclasses import dataclass, replace

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.spam_stores import AMAVIS, PROBE, Quarantine, Rules, SpamList, quarantine, rules_of, spam_list


@dataclass(frozen=True, slots=True)
class SpamFilter:
    """`closed` and `absent` are what was asked for, and may not be seen, or does not exist."""

    now: int
    lists: tuple[SpamList, ...]
    quarantines: tuple[Quarantine, ...]
    rules: Rules | None
    closed: tuple[str, ...]
    absent: tuple[str, ...]


def parse(output: str) -> SpamFilter:
    """Facts of all lists and folders. Raises `NotApplicable` where there is none and none was asked for."""
    head, *lines = output.strip().split("\n")
    word, _, now = head.partition(" ")
    if word != "now":
        raise UnreadableOutput("the host's time", head)
    lists: dict[tuple[str, str], SpamList] = {}
    quarantines: dict[str, Quarantine] = {}
    missing: dict[str, list[str]] = {"closed": [], "absent": []}
    rules = None
    for line in lines:
        word, _, rest = line.partition(" ")
        if word == "list":
            one = spam_list(rest)
            lists[one.path, one.kind] = one
        elif word == "quarantine":
            folder = quarantine(rest)
            quarantines[folder.folder] = folder
        elif word == "rules":
            rules = rules_of(rest, rules)
        elif word in missing and (path := rest.partition(" ")[2]).startswith("/"):
            missing[word].append(path)
        else:
            raise UnreadableOutput("list, quarantine or rules", line)
    if not lines:
        raise NotApplicable("no list, rules or quarantine of rspamd, SpamAssassin or amavis, and none asked for")
    closed, absent = (tuple(dict.fromkeys(paths)) for paths in missing.values())
    return SpamFilter(
        whole_number(now, head), tuple(lists.values()), tuple(quarantines.values()), rules, closed, absent
    )


def compare(previous: SpamFilter, current: SpamFilter) -> SpamFilter:
    """Tell of each list how many entries it had before it changed last."""
    known = {(one.path, one.kind): one for one in previous.lists}
    return replace(
        current, lists=tuple(_compared(known.get((one.path, one.kind)), one, current.now) for one in current.lists)
    )


def _compared(known: SpamList | None, one: SpamList, now: int) -> SpamList:
    if known is None:
        return one
    if known.entries != one.entries:
        return replace(one, before=known.entries, changed_at=now)
    return replace(one, before=known.before, changed_at=known.changed_at)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=6 * 3600,
    timeout_seconds=60,
    compare=compare,
    keep_facts=True,
    root_commands=tuple(f"find {folder} -type f -printf %T@-%s/" for folder in AMAVIS),
)
