"""What is hashed and what is signed of an entry of the ledger, to the byte."""

import hashlib
import json


def seal(previous: str, body: str) -> str:
    """The SHA-256 of an entry's JSON text, after the hash of the entry before it."""
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def statement(position: int, columns: tuple[str, str, str, float, str], stored: bytes) -> bytes:
    """What an entry's signature covers: all of its row, as it is stored, and by its hash all rows before it.

    `columns` are kind, date, number, made_at and sha256, `stored` the compressed body.
    """
    told = [position, *columns, hashlib.sha256(stored).hexdigest()]
    return b"rounds.ledger/1\n" + json.dumps(told).encode("ascii")


def introduction(previous: str, fingerprint: str) -> bytes:
    """What a new key signs of itself when it takes over: that it knows all that was there before."""
    return f"rounds.key/1\n{previous}\n{fingerprint}\n".encode()
