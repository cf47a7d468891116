"""The tables. Times are epoch seconds; states are the numbers of `State`, NULL for "none".

A change here needs a migration in `migrations/versions` and a new `HEAD`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

HEAD = "0006"
"""The newest migration."""

HOUR = 3600
DAY = 86400

Id = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER PRIMARY KEY counts by itself in SQLite

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

hosts = Table(
    "hosts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
)

items = Table(
    # One row per item of a check on a host, with its last result. The item "" stands for the check as a whole.
    "items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("host_id", ForeignKey("hosts.id"), nullable=False),
    Column("check", Text, nullable=False),
    Column("item", Text, nullable=False),
    # the last result that was judged
    Column("state", SmallInteger),
    Column("summary_en", Text),
    Column("summary_zh", Text),
    Column("measurements", Text),
    Column("checked_at", Double),
    # the last one before the five minutes that `checked_at` is in: a day's record is made when its end has just passed
    Column("earlier_summary_en", Text),
    Column("earlier_summary_zh", Text),
    Column("earlier_measurements", Text),
    Column("earlier_checked_at", Double),
    # what the tracker holds
    Column("seen", SmallInteger),
    Column("seen_since", Double),
    Column("seen_reason", Text),
    Column("seen_summary_en", Text),
    Column("seen_summary_zh", Text),
    Column("hard", SmallInteger),
    Column("hard_since", Double),
    UniqueConstraint("host_id", "check", "item"),
)

facts = Table(
    "facts",
    metadata,
    Column("host_id", ForeignKey("hosts.id"), primary_key=True),
    Column("collector", Text, primary_key=True),
    Column("at", Double, nullable=False),
    Column("json", Text, nullable=False),
)

transitions = Table(
    "transitions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("item_id", ForeignKey("items.id"), nullable=False),
    Column("at", Double, nullable=False),
    Column("since", Double, nullable=False),
    Column("before", SmallInteger),
    Column("after", SmallInteger),
    Column("kind", Text, nullable=False),
    Column("reason", Text),
    Column("summary_en", Text, nullable=False),
    Column("summary_zh", Text, nullable=False),
    Index(None, "item_id", "kind", "at"),
    Index(None, "at"),
)

series = Table(
    "series",
    metadata,
    Column("id", Id, primary_key=True),
    Column("item_id", ForeignKey("items.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("unit", Text, nullable=False),
    UniqueConstraint("item_id", "name", "unit"),
)

rollups = Table(
    "rollups",
    metadata,
    Column("granularity", Text, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("series_id", ForeignKey("series.id"), primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
    Column("min", Double, nullable=False),
    Column("sum", Double, nullable=False),
    Column("max", Double, nullable=False),
    sqlite_with_rowid=False,
)

tallies = Table(
    # How often an item was found in each state within the hour that begins at `start`. What could not be judged is
    # counted under its check's item "", with the last reason.
    "tallies",
    metadata,
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("item_id", ForeignKey("items.id"), primary_key=True, autoincrement=False),
    Column("ok", Integer, nullable=False),
    Column("warn", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("crit", Integer, nullable=False),
    Column("unchecked", Integer, nullable=False),
    Column("reason", Text),
    Column("detail", Text),
    Column("first_at", Double, nullable=False),
    Column("last_at", Double, nullable=False),
    sqlite_with_rowid=False,
)

runs = Table(
    "runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("host_id", ForeignKey("hosts.id"), nullable=False),
    Column("lane", Text, nullable=False),
    Column("started_at", Double, nullable=False),
    Column("finished_at", Double, nullable=False),
    Column("reason", Text),
    Index(None, "finished_at"),
    Index(None, "host_id", "lane", "finished_at"),
)

lifespans = Table(
    # One row per life of the agent; without `stopped_at` it was killed some time after `alive_at`.
    "lifespans",
    metadata,
    Column("id", Id, primary_key=True),
    Column("started_at", Double, nullable=False),
    Column("alive_at", Double, nullable=False),
    Column("stopped_at", Double),
)

letters = Table(
    "letters",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("exporter", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("recipients", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("next_try", Double),
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text),
    Column("delivered_at", Double),
    Column("given_up_at", Double),
)

ledger = Table(
    # All that is kept for good, in one chain: each entry's hash covers the one before it, its signature the row. The
    # database itself refuses to change or delete one; a correction is another entry. `id` counts 1, 2, 3 without gaps.
    # `body` is JSON text, compressed by zlib; `key` the fingerprint of the key that signed. Both are NULL, key and
    # signature, where an older version of rounds made the entry.
    "ledger",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("date", Text, nullable=False),
    Column("number", Text, nullable=False, unique=True),
    Column("made_at", Double, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("previous_sha256", Text, nullable=False, unique=True),
    Column("sha256", Text, nullable=False),
    Column("key", Text),
    Column("signature", LargeBinary),
    Index(None, "kind", "date"),
)

untold = Table(
    # Which exporter has not yet told of which record: its files are not written, or its mail is not in the outbox.
    "untold",
    metadata,
    Column("number", ForeignKey("ledger.number"), primary_key=True),
    Column("exporter", Text, primary_key=True),
)

relearnings = Table(
    # Who asked that what was seen first of a host (link speeds, open ports, counters of disks) is learned anew, and
    # when the agent did so.
    "relearnings",
    metadata,
    Column("id", Id, primary_key=True),
    Column("host", Text, nullable=False),
    Column("collector", Text, nullable=False),
    Column("asked_at", Double, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("done_at", Double),
)

surveys = Table(
    # When each collector last told what a host is made of; `digest` covers all that it told.
    "surveys",
    metadata,
    Column("host_id", ForeignKey("hosts.id"), primary_key=True),
    Column("collector", Text, primary_key=True),
    Column("first_at", Double, nullable=False),
    Column("last_at", Double, nullable=False),
    Column("digest", Text, nullable=False),
)

inventory = Table(
    # What each host is made of, as last seen.
    "inventory",
    metadata,
    Column("host_id", ForeignKey("hosts.id"), primary_key=True),
    Column("collector", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

inventory_changes = Table(
    # What became different: an entry that came (`before` is NULL), went (`after` is NULL), or has another value. It was
    # found at `at`, and not yet there at `since`.
    "inventory_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("host_id", ForeignKey("hosts.id"), nullable=False),
    Column("collector", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Column("since", Double, nullable=False),
    Column("at", Double, nullable=False),
    Index(None, "host_id", "at"),
    Index(None, "at"),
)

answers = Table(
    # What hosts answered, and the commands they were asked by: each text once, under the SHA-256 of its UTF-8, packed
    # by zlib. `size` is the number of bytes when unpacked.
    "answers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sha256", LargeBinary, nullable=False, unique=True),
    Column("size", Integer, nullable=False),
    Column("packed", LargeBinary, nullable=False),
)

evidence = Table(
    # Which answer a collector's facts were read from in the round that ended `at`. `lasting`: a record or a change of
    # state rests on it; of the others only the last stays, and the last before the five minutes that one is in.
    "evidence",
    metadata,
    Column("id", Id, primary_key=True),
    Column("host_id", ForeignKey("hosts.id"), nullable=False),
    Column("collector", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("command_id", ForeignKey("answers.id"), nullable=False, index=True),
    Column("answer_id", ForeignKey("answers.id"), nullable=False, index=True),
    Column("exit_status", Integer),
    Column("seconds", Double),
    Column("lasting", Boolean, nullable=False),
    UniqueConstraint("host_id", "collector", "at"),
    Index(None, "at"),
)
Index(
    "ix_evidence_passing",
    evidence.c.host_id,
    sqlite_where=evidence.c.lasting.is_(False),
    postgresql_where=evidence.c.lasting.is_(False),
)
