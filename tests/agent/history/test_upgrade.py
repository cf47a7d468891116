"""A database of an earlier version, with what it holds, under this one."""

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from agent.history import History, Plan
from agent.history.publication import RECORD
from agent.signing import KeyFile
from tests.agent.reports import DISK, card

DAY = date(2026, 3, 11)


@pytest.fixture
def old(url, tmp_path):
    """The URL of a database of revision 0004 with three days, one corrected and one untold, as that version wrote."""
    (tmp_path / "state").mkdir(exist_ok=True)
    engine = create_engine(url)
    config = Config()
    config.set_main_option("script_location", "agent.history:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
    with History.open(f"sqlite:///{tmp_path}/other.db") as other:
        record = other.day(DAY, Plan("门户平台", (card(),), {"web-01": (DISK,)}))
    previous = "0" * 64
    with engine.begin() as connection:
        for identity, day, number in ((2, DAY, "01"), (3, DAY + timedelta(1), "01"), (7, DAY, "02")):
            named = replace(record, date=day, number=f"{day:%Y%m%d}-{number}", previous_sha256="")
            body = RECORD.dump_json(named).decode()
            sha256 = hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()
            columns = "id, date, number, made_at, record, previous_sha256, sha256"
            connection.execute(
                text(f"INSERT INTO days ({columns}) VALUES (:id, :date, :number, :at, :record, :previous, :sha256)"),
                {
                    "id": identity,
                    "date": day.isoformat(),
                    "number": named.number,
                    "at": named.made_at,
                    "record": body,
                    "previous": previous,
                    "sha256": sha256,
                },
            )
            previous = sha256
        connection.execute(text("INSERT INTO untold (number, exporter) VALUES ('20260311-02', 'mail')"))
    engine.dispose()
    return url


def test_the_days_of_an_older_version_are_kept_in_their_order(old, tmp_path):
    with History.open(old, key_file=KeyFile(tmp_path / "key.pem")) as history:
        assert history.broken_records() == ()
        assert history.published(DAY).number == "20260311-02"
        assert history.published(DAY + timedelta(1)).number == "20260312-01"
        assert [(record.number, exporter) for record, exporter in history.untold()] == [("20260311-02", "mail")]
        history.begin_signing(1.0)
        kept = history.publish_day(history.published(DAY), force=True)
        assert kept.number == "20260311-03"
        assert history.broken_records() == ()
        with history._database.read() as connection:
            rows = connection.execute(text("SELECT id, kind, key IS NULL AS unsigned FROM ledger ORDER BY id")).all()
        assert [(row.id, row.kind, bool(row.unsigned)) for row in rows] == [
            (1, "day", True),
            (2, "day", True),
            (3, "day", True),
            (4, "key", False),
            (5, "day", False),
        ]
