"""Whoever has the database, and takes its triggers away, can change what he likes: and it is found."""

import json
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from agent.history import History, Plan
from agent.history.flaws import Flaw
from agent.history.inspection import Outside, inspect
from agent.history.ledger import EntryKind
from agent.history.publication import RECORD
from agent.history.schema import ledger, untold
from agent.history.seals import seal, statement
from agent.signing import KeyFile, PrivateKey
from tests.agent.history.forger import DAY, ENTRIES, inspect_all, outside, rows, told, without_triggers
from tests.agent.reports import DISK, card


@pytest.mark.parametrize(("position", "number"), [(2, "20260311-01"), (4, "20260313-01"), (6, "20260315-01")])
def test_an_altered_record_is_named(signed, keys, position, number):
    with signed._database.write() as connection:
        row = rows(connection)[position - 1]
        body = json.loads(zlib.decompress(row["body"]))
        body["person_on_duty"] = "somebody else"
        values = {"body": zlib.compress(json.dumps(body).encode())}
        connection.execute(update(ledger).where(ledger.c.id == position).values(values))
    (finding,) = inspect_all(signed, keys)
    assert (finding.flaw, finding.number) == (Flaw.ALTERED, number)
    assert str(finding).startswith(f"altered: day {number} (2026-03-1")


@pytest.mark.parametrize("position", [2, 3, 6])
def test_a_record_that_is_made_again_with_all_its_hashes_is_named(signed, keys, position):
    """Who has no key can make every hash fit, to the end of the chain, and no signature."""
    with signed._database.write() as connection:
        previous = None
        for row in rows(connection):
            if row["id"] >= position:
                body = zlib.decompress(row["body"]).decode()
                body = body.replace("门户平台", "别的平台") if row["id"] == position else body
                previous = previous or row["previous_sha256"]
                values = {
                    "previous_sha256": previous,
                    "sha256": seal(previous, body),
                    "body": zlib.compress(body.encode()),
                }
                connection.execute(update(ledger).where(ledger.c.id == row["id"]).values(values))
                previous = values["sha256"]
    findings = inspect_all(signed, keys)
    assert {finding.number for finding in findings if finding.number} == {
        f"202603{9 + place:02d}-01" for place in range(position, ENTRIES + 1)
    }
    assert findings[-1].flaw is Flaw.ALTERED
    assert "head" in findings[-1].detail


@pytest.mark.parametrize("position", range(1, ENTRIES + 1))
def test_a_deleted_record_is_missed(signed, keys, position):
    with signed._database.write() as connection:
        connection.execute(delete(untold))
        connection.execute(delete(ledger).where(ledger.c.id == position))
    findings = inspect_all(signed, keys, due=DAY + timedelta(4))
    missing = [finding for finding in findings if finding.flaw is Flaw.MISSING]
    assert f"entry {position} is gone" in missing[0].detail
    if position in (3, 4, 5, 6):
        assert missing[1].date == (DAY + timedelta(position - 2)).isoformat()
    others = {(finding.flaw, finding.detail) for finding in findings} - {(one.flaw, one.detail) for one in missing}
    assert {flaw for flaw, _ in others} == ({Flaw.UNKNOWN_KEY} if position == 1 else set()), others


def test_the_newest_deleted_are_missed_by_the_head_alone(signed, keys):
    with signed._database.write() as connection:
        connection.execute(delete(ledger).where(ledger.c.id > 3))
    (finding,) = inspect_all(signed, keys)
    assert (finding.flaw, finding.detail) == (Flaw.MISSING, "entries 4 to 6 are gone at the end")
    keys.head_path.unlink()
    assert inspect_all(signed, keys) == [], "nothing tells of it any more but an anchor"
    assert told(inspect_all(signed, keys, anchors=("ab" * 32,))) == [(Flaw.MISSING, "")]


@pytest.mark.parametrize(("one", "other"), [(2, 3), (2, 6), (5, 6), (1, 2)])
def test_swapped_records_are_both_named(signed, keys, one, other):
    with signed._database.write() as connection:
        numbers = {row["number"] for row in rows(connection) if row["id"] in (one, other)}
        for before, after in ((one, 99), (other, one), (99, other)):
            connection.execute(update(ledger).where(ledger.c.id == before).values(id=after))
    findings = inspect_all(signed, keys)
    assert {(finding.flaw, finding.number) for finding in findings if finding.number} == {
        (Flaw.SWAPPED, number) for number in numbers
    }


def test_swapped_contents_are_both_named(signed, keys):
    with signed._database.write() as connection:
        three, five = (rows(connection)[position]["body"] for position in (2, 4))
        for position, body in ((3, five), (5, three)):
            connection.execute(update(ledger).where(ledger.c.id == position).values(body=body))
    assert told(inspect_all(signed, keys)) == [(Flaw.ALTERED, "20260312-01"), (Flaw.ALTERED, "20260314-01")]


@pytest.mark.parametrize("how", ["unsigned", "own key", "agent's name", "signature of another"])
def test_an_added_record_is_named(signed, keys, how):
    forger = PrivateKey.make()
    with signed._database.write() as connection:
        last = rows(connection)[-1]
        record = replace(RECORD.validate_json(zlib.decompress(last["body"])), date=DAY + timedelta(5), number="X-01")
        record = replace(record, previous_sha256=last["sha256"])
        body = RECORD.dump_json(record).decode()
        stored, sha256, day = zlib.compress(body.encode()), seal(last["sha256"], body), record.date.isoformat()
        said = statement(7, ("day", day, "X-01", record.made_at, sha256), stored)
        signature = {
            "unsigned": (None, None),
            "own key": (forger.public.fingerprint, forger.sign(said)),
            "agent's name": (keys.public().fingerprint, forger.sign(said)),
            "signature of another": (keys.public().fingerprint, last["signature"]),
        }[how]
        connection.execute(
            insert(ledger).values(
                id=7,
                kind="day",
                date=day,
                number="X-01",
                made_at=record.made_at,
                body=stored,
                previous_sha256=last["sha256"],
                sha256=sha256,
                key=signature[0],
                signature=signature[1],
            )
        )
    flaw = {"unsigned": Flaw.ADDED, "own key": Flaw.UNKNOWN_KEY}.get(how, Flaw.BAD_SIGNATURE)
    assert told(inspect_all(signed, keys)) == [(flaw, "X-01")]


def test_a_whole_ledger_made_anew_with_another_key_is_found(signed, keys, tmp_path):
    others = KeyFile(tmp_path / "other" / "key.pem")
    with History.open(f"sqlite:///{tmp_path}/forged.db", key_file=others) as forged:
        for back in range(ENTRIES - 1):
            forged.publish_day(replace(signed.published(DAY + timedelta(back)), person_on_duty="somebody else"))
        findings = forged.inspect(outside(keys)).findings
        assert inspect_all(forged, others) == []
    assert {finding.flaw for finding in findings} == {Flaw.UNKNOWN_KEY, Flaw.ALTERED}


def test_signatures_taken_away_are_missed(signed, keys):
    with signed._database.write() as connection:
        connection.execute(delete(ledger).where(ledger.c.id == 1))
        connection.execute(update(ledger).values(key=None, signature=None))
    assert [flaw for flaw, number in told(inspect_all(signed, keys)) if number] == [Flaw.ADDED] * (ENTRIES - 1)


COLUMNS = ("id", "kind", "date", "number", "made_at", "body", "previous_sha256", "sha256", "key", "signature")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_flipped_byte_is_found(signed, keys, data):
    """Of a random row and column, whatever its type: and the record is named."""
    position = data.draw(st.integers(1, ENTRIES))
    column = data.draw(st.sampled_from(COLUMNS))
    with signed._database.engine.connect() as plain:
        connection = plain.execution_options(rounds_writes=True)
        with connection.begin() as transaction:
            row = rows(connection)[position - 1]
            try:
                flip(connection, position, column, row[column], data)
            except IntegrityError:  # it became the number, or the hash, of another
                reject()
            findings = inspect(connection, outside(keys)).findings
            transaction.rollback()
    assert findings, (position, column)
    named = {finding.number for finding in findings}
    assert column in ("number", "id") or row["number"] in named, findings


def flip(connection, position, column, value, data):
    here = ledger.c.id == position
    if column == "id":
        free = st.integers(ENTRIES + 1, 2**31)
        connection.execute(update(ledger).where(here).values(id=data.draw(free)))
    elif column == "made_at":
        change = data.draw(st.floats(allow_nan=False, allow_infinity=False).filter(lambda other: other != value))
        connection.execute(update(ledger).where(here).values(made_at=change))
    else:
        content = bytearray(value if isinstance(value, bytes) else value.encode())
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
        if isinstance(value, bytes):
            connection.execute(update(ledger).where(here).values({column: bytes(content)}))
        elif connection.dialect.name == "sqlite":  # it takes as text what is none
            change = text(f"UPDATE ledger SET {column} = CAST(:value AS TEXT) WHERE id = :id")
            connection.execute(change, {"value": bytes(content), "id": position})
        else:
            letters = bytes(content).decode("latin-1").replace("\0", "?")
            connection.execute(update(ledger).where(here).values({column: letters}))


def test_a_value_of_another_type_is_found(signed, keys):
    if signed._database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's columns have one type")
    for column in ("number", "sha256", "kind", "date"):
        with signed._database.engine.connect() as connection, connection.begin() as transaction:
            connection.execute(text(f"UPDATE ledger SET {column} = CAST({column} AS BLOB) WHERE id = 3"))
            assert told(inspect(connection, outside(keys)).findings)[0] == (Flaw.ALTERED, "20260312-01")
            transaction.rollback()


def test_days_that_were_not_made_are_missed(signed, keys):
    findings = inspect_all(signed, keys, due=DAY + timedelta(6))
    assert [(finding.flaw, finding.date) for finding in findings] == [
        (Flaw.MISSING, "2026-03-16"),
        (Flaw.MISSING, "2026-03-17"),
    ]
    assert inspect_all(signed, keys, due=DAY + timedelta(6), end=DAY + timedelta(4)) == []


def test_a_head_that_is_damaged_or_of_another_is_said(signed, keys):
    before = keys.head_path.read_text()
    keys.head_path.write_text(before.replace('"count": 6', '"count": 5'))
    (finding,) = inspect_all(signed, keys)
    assert finding.flaw is Flaw.BAD_SIGNATURE
    keys.head_path.write_text(before)
    assert inspect_all(signed, keys) == []


def test_what_an_older_version_kept_is_sealed_by_the_first_key(url, keys):
    with History.open(url) as history:
        record = history.day(DAY, Plan("门户平台", (card(),), {"web-01": (DISK,)}))
        for back in range(3):
            history.publish_day(replace(record, date=DAY + timedelta(back)))
        assert history.inspect(Outside()).findings == []
        assert history.inspect(Outside()).unsigned == 3
    with History.open(url, key_file=keys) as history:
        history.begin_signing(1.0)
        assert inspect_all(history, keys) == []
        without_triggers(history)
        with history._database.write() as connection:
            row = rows(connection)[1]
            body = zlib.compress(zlib.decompress(row["body"]), 1)  # says the same in other bytes
            connection.execute(update(ledger).where(ledger.c.id == 2).values(body=body))
        assert told(inspect_all(history, keys)) == [(Flaw.ALTERED, "20260312-01")]


def test_entries_of_every_kind_are_numbered_and_found(signed, keys):
    from agent.history.ledger import latest, next_number

    with signed._ledger.append(1.0) as appender:
        number = next_number(appender.connection, EntryKind.WEEK, DAY)
        appender.add(EntryKind.WEEK, DAY, number, '{"a":1}', 2.0)
    with signed._database.read() as connection:
        assert number == "2026-W11-01"
        assert latest(connection, EntryKind.WEEK, DAY).body == '{"a":1}'
        assert next_number(connection, EntryKind.WEEK, DAY) == "2026-W11-02"
    assert inspect_all(signed, keys) == []
