import os
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.history import History, Plan, Retention
from agent.signing import KeyFile
from tests.agent.history.forger import DAY, ENTRIES, inspect_all, without_triggers
from tests.agent.reports import DISK, card


@pytest.fixture(scope="session")
def postgresql():
    """The socket folder of a PostgreSQL server of our own, without a TCP port."""
    pytest.importorskip("psycopg", reason="the Python package psycopg is not installed")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    binaries = found[-1] if found else Path(shutil.which("initdb") or "").parent
    if not (binaries / "initdb").exists():
        pytest.skip("PostgreSQL's server is not installed (initdb not found)")
    # Not in tmp_path: the server refuses to run as root, and another user may not enter root's folders.
    folder = Path(tempfile.mkdtemp(prefix="rounds-pg-"))
    as_user = {"user": "nobody"} if os.geteuid() == 0 else {}
    if as_user:
        shutil.chown(folder, "nobody")
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder, **as_user}
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    try:
        subprocess.run([binaries / "initdb", "-D", folder / "data", "-U", "rounds", "-A", "trust"], check=True, **quiet)
        control = [binaries / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log"]
        subprocess.run([*control, "-o", options, "start"], check=True, **quiet)
        yield folder
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, **quiet)
    finally:
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """The URL of an empty database, of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/state/history.db"
        return
    import psycopg

    folder, name = request.getfixturevalue("postgresql"), f"rounds_{uuid.uuid4().hex}"
    with psycopg.connect(f"host={folder} user=rounds dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"postgresql://rounds@/{name}?host={folder}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def history(url):
    """A running history."""
    with History.open(url, Retention()) as running:
        yield running


@pytest.fixture
def keys(tmp_path):
    """Where the key of a history lies."""
    return KeyFile(tmp_path / "key" / "signing-key.pem")


@pytest.fixture
def signed(url, keys):
    """A history with five signed days, and its database as an attacker holds it: without its triggers."""
    with History.open(url, key_file=keys) as history:
        record = history.day(DAY, Plan("门户平台", (card(),), {"web-01": (DISK,)}))
        for back in range(ENTRIES - 1):
            history.publish_day(replace(record, date=DAY + timedelta(back)))
        assert inspect_all(history, keys) == []
        without_triggers(history)
        yield history
