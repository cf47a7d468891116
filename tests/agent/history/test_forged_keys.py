"""Whoever makes keys of his own, or finds one that was replaced, makes no history with them."""

import json
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from agent.history import HistoryError
from agent.history.flaws import Flaw
from agent.history.ledger import FIRST
from agent.history.schema import ledger
from agent.history.seals import introduction, seal, statement
from agent.signing import PrivateKey
from tests.agent.history.forger import DAY, inspect_all, rows, told


class Forger:
    """Makes rows that his key signs; `last` is the hash of the one before."""

    def __init__(self, key):
        self.key = key
        self.last = FIRST
        self.rows = []

    def add(self, like, position, body, **changed):
        row = {**like, "id": position, "previous_sha256": self.last, **changed}
        row |= {"body": zlib.compress(body.encode()), "sha256": seal(row["previous_sha256"], body)}
        columns = tuple(row[name] for name in ("kind", "date", "number", "made_at", "sha256"))
        signature = self.key.sign(statement(position, columns, row["body"]))
        self.rows.append({**row, "key": self.key.public.fingerprint, "signature": signature})
        self.last = row["sha256"]

    def introduce(self, like, position, **changed):
        fingerprint = self.key.public.fingerprint
        proof = self.key.sign(introduction(self.last, fingerprint)).hex()
        told = {"fingerprint": fingerprint, "public_key": self.key.public.pem, "introduction": proof, "unsigned": []}
        self.add(like, position, json.dumps(told), **changed)


def content(row):
    return zlib.decompress(row["body"]).decode()


def put(history, forged):
    """Replace the whole table; a table of one's own has no constraints."""
    with history._database.write() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("CREATE TABLE loose AS SELECT * FROM ledger WHERE 0"))
            connection.execute(text("DROP TABLE untold"))
            connection.execute(text("DROP TABLE ledger"))
            connection.execute(text("ALTER TABLE loose RENAME TO ledger"))
        else:
            connection.execute(text("ALTER TABLE ledger DROP CONSTRAINT uq_ledger_previous_sha256"))
            connection.execute(text("DELETE FROM ledger"))
        if forged:
            connection.execute(insert(ledger), forged)


def test_the_agents_key_cannot_be_put_behind_one_of_ones_own(signed, keys):
    """It proved that it knew the beginning: so the forger names that before it, and real days stand behind his own."""
    with signed._database.read() as connection:
        real = rows(connection)
    forger = Forger(PrivateKey.make())
    forger.introduce(real[0], 1, number="K-0")
    forger.add(real[0], 2, content(real[0]), previous_sha256=FIRST)
    for position, row in enumerate(real[2:-1], 3):
        told_there = {**json.loads(content(row)), "person_on_duty": "nobody", "previous_sha256": forger.last}
        forger.add(row, position, json.dumps(told_there))
    put(signed, [*forger.rows, real[-1]])
    assert signed.published(DAY + timedelta(2)).person_on_duty == "nobody"
    findings = inspect_all(signed, keys, due=DAY + timedelta(4))
    assert (Flaw.SWAPPED, real[0]["number"]) in told(findings)


def test_a_real_entry_behind_others_than_it_was_made_behind_is_found(signed, keys):
    """A day signed twice for the same position, by a restored backup say: the first is put before what follows."""
    with signed._database.read() as connection:
        real = rows(connection)
    agent = Forger(keys.read())
    agent.last = real[3]["previous_sha256"]
    changed = {**json.loads(content(real[3])), "person_on_duty": "another"}
    agent.add(real[3], 4, json.dumps(changed))
    put(signed, [*real[:3], *agent.rows, *real[4:]])
    assert told(inspect_all(signed, keys)) == [(Flaw.ALTERED, "20260314-01")]
    assert told(inspect_all(signed, keys, begin=DAY, end=DAY)) == [(Flaw.ALTERED, "20260314-01")], "and if not read"


def test_a_key_signs_nothing_after_it_was_replaced(signed, keys):
    """Whoever has it, that may be why."""
    old = Forger(keys.read())
    signed.renew_key(1.0)
    with signed._database.read() as connection:
        real = rows(connection)
    assert inspect_all(signed, keys) == []
    old.last = real[-1]["sha256"]
    record = {**json.loads(content(real[-2])), "number": "20260316-01", "date": "2026-03-16"}
    record["previous_sha256"] = old.last
    old.add(real[-2], len(real) + 1, json.dumps(record), number="20260316-01", date="2026-03-16")
    put(signed, [*real, *old.rows])
    assert told(inspect_all(signed, keys)) == [(Flaw.UNKNOWN_KEY, "20260316-01")]


def test_a_replaced_key_introduces_no_other(signed, keys):
    old = Forger(keys.read())
    signed.renew_key(1.0)
    with signed._database.read() as connection:
        real = rows(connection)
    fresh = PrivateKey.make()
    old.last = real[-1]["sha256"]
    proof = fresh.sign(introduction(old.last, fresh.public.fingerprint)).hex()
    body = {"fingerprint": fresh.public.fingerprint, "public_key": fresh.public.pem, "introduction": proof}
    old.add(real[-1], len(real) + 1, json.dumps({**body, "unsigned": []}), number="K-9")
    put(signed, [*real, *old.rows])
    flaws = told(inspect_all(signed, keys))
    assert (Flaw.UNKNOWN_KEY, "K-9") in flaws
    assert {number for _, number in flaws} <= {"K-9", ""}


def test_the_agent_does_not_seal_what_somebody_took_the_signatures_from(signed, keys):
    """It would make whole what was forged: only a ledger that never was signed may be sealed."""
    with signed._database.read() as connection:
        forged = [{**row, "id": row["id"] - 1, "key": None, "signature": None} for row in rows(connection)[1:]]
    put(signed, forged)
    for act in (signed.begin_signing, lambda now: signed.publish_day(signed.published(DAY), force=True)):
        with pytest.raises(HistoryError, match="somebody took the signatures away"):
            act(1.0)
    assert {flaw for flaw, _ in told(inspect_all(signed, keys))} == {Flaw.UNKNOWN_KEY, Flaw.ADDED, Flaw.MISSING}


@pytest.mark.parametrize("kept", [0, 3])
def test_that_the_newest_are_gone_is_seen_also_when_others_have_come_since(signed, keys, kept):
    """The head stays what it was, until a person puts it aside, as after a restore."""
    with signed._database.read() as connection:
        real = rows(connection)
    record = signed.published(DAY)
    put(signed, real[:kept])
    for more in range(5, 12):
        signed.publish_day(replace(record, date=DAY + timedelta(more)))
    (finding,) = inspect_all(signed, keys)
    assert (finding.flaw, finding.detail) == (
        Flaw.ALTERED,
        "entry 6 has another hash than the agent's head of the ledger",
    )
    keys.head_path.unlink()
    signed.begin_signing(1.0)
    assert keys.head()[0].count == 7 + max(kept, 1)
    assert inspect_all(signed, keys) == []
