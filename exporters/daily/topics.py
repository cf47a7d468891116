"""What sections 3 to 8 of the daily report speak of, and which of it the rounds reach."""

from dataclasses import dataclass
from functools import cache

from checks.contract import Section, Text
from exporters.contract import CheckCard, DayRecord, ItemLine


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject of a section. A check belongs to it when one of `words` is in the check's name.

    The first topic of a section takes what no other claims.
    """

    section: Section
    title: Text
    words: frozenset[str] = frozenset()

    def lines(self, day: DayRecord) -> tuple[ItemLine, ...]:
        """The day's lines about it."""
        return tuple(line for line in day.items if topic_of(line.check) is self)


def _topic(section: Section, en: str, zh: str, *words: str) -> Topic:
    return Topic(section, Text(en, zh), frozenset(words))


BACKUP = _topic(Section.STORAGE, "Backup", "备份", "backup", "backups", "restore")
PATCHES = _topic(Section.PATCHES, "Patches", "补丁")
ANTIVIRUS = _topic(Section.PATCHES, "Antivirus", "病毒检测", "antivirus", "virus", "malware", "clamav")

TOPICS = (
    _topic(Section.SERVERS, "Servers", "服务器"),
    _topic(Section.PLATFORM, "Platform", "平台功能模块"),
    _topic(Section.PLATFORM, "Mail", "邮件系统", "mail", "smtp", "imap", "mailbox"),
    _topic(Section.STORAGE, "Storage", "存储"),
    _topic(Section.STORAGE, "SAN disks", "SAN 磁盘", "san", "multipath", "lun", "fibre", "iscsi"),
    BACKUP,
    PATCHES,
    ANTIVIRUS,
    _topic(Section.PATCHES, "Spam", "垃圾邮件", "spam", "quarantine"),
    _topic(Section.SECURITY, "Security", "访问安全"),
    _topic(
        Section.SECURITY,
        "Accounts",
        "用户账号",
        "account",
        "accounts",
        "password",
        "passwords",
        "users",
        "superusers",
        "lockout",
    ),
    _topic(Section.HARDWARE, "Hardware", "服务器硬件"),
    _topic(Section.HARDWARE, "Network interfaces", "网络接口", "network", "interface", "interfaces"),
    _topic(Section.HARDWARE, "Room", "机房环境", "room"),
)


def topics_of(section: Section) -> tuple[Topic, ...]:
    """The topics of one section, in the order of the form."""
    return tuple(topic for topic in TOPICS if topic.section is section)


def topic_of(check: CheckCard) -> Topic:
    """The one topic a check belongs to."""
    return _topic_of(check.name, check.section)


@cache
def _topic_of(name: str, section: Section) -> Topic:
    words = frozenset(name.split("_"))
    of_section = topics_of(section)
    return next((topic for topic in of_section if topic.words & words), of_section[0])


def not_covered(day: DayRecord) -> tuple[Topic, ...]:
    """What no check of the day speaks of."""
    reached = {topic_of(line.check) for line in day.items}
    return tuple(topic for topic in TOPICS if topic not in reached)
