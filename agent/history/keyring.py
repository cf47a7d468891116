"""Which keys the ledger may be signed with: each introduced by the one before it, the last known from outside."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from agent.history.seals import introduction
from agent.history.stored import Stored
from agent.signing import PublicKey


@dataclass(frozen=True, slots=True)
class Introduction:
    """What an entry of kind `key` says: the key that signs from there on, and what it found unsigned."""

    key: PublicKey
    fingerprint: str
    proof: bytes
    unsigned: tuple[str, ...]

    @classmethod
    def of(cls, row: Stored) -> "Introduction | None":
        """From its row; None when it says no such thing."""
        try:
            told = json.loads(row.text() or "")
            key = PublicKey.of(told["public_key"].encode("ascii"))
            unsigned = tuple(str(digest) for digest in told["unsigned"])
            return cls(key, str(told["fingerprint"]), bytes.fromhex(told["introduction"]), unsigned)
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


@dataclass(slots=True)
class Keyring:
    """The keys by fingerprint, what the first of them sealed, and what is wrong with them, each with the row's place.

    `begins` is the position of the first key's entry; entries before it are not signed, but listed in `sealed`.
    """

    keys: dict[str, PublicKey] = field(default_factory=dict)
    begins: int | None = None
    sealed: tuple[str, ...] = ()
    complaints: list[tuple[Stored | None, str]] = field(default_factory=list)
    reigns: list[tuple[int, str]] = field(default_factory=list)
    """Behind which position which key signs, in their order."""

    @classmethod
    def read(
        cls, rows: Iterable[Stored], places: Mapping[str, int], own: PublicKey | None, trusted: Collection[str]
    ) -> "Keyring":
        """From the entries of kind `key`, and the place of each hash in the chain.

        `own` is the agent's public key as its file has it, `trusted` the fingerprints that whoever asks vouches for.
        """
        ring, last = cls(), None
        for row in rows:
            said = Introduction.of(row)
            if said is None or row.key is None or row.signature is None:
                continue  # the row itself is found altered
            last = ring._take(row, said, places.get(row.sha256), trusted)
        ring._compare(own, last, trusted)
        return ring

    def is_in_force(self, key: PublicKey, position: int) -> bool:
        """Whether a key may sign at a position: it was introduced before, and no other since."""
        before = [fingerprint for begins, fingerprint in self.reigns if begins < position]
        return not before or before[-1] == key.fingerprint

    def _take(self, row: Stored, said: Introduction, place: int | None, trusted: Collection[str]) -> str:
        fingerprint = said.key.fingerprint
        introduces_itself = row.key == fingerprint
        signer = said.key if introduces_itself else self.keys.get(row.key or "")
        position = row.place_signed(signer, place) if signer else None
        if said.fingerprint != fingerprint or not said.key.has_signed(
            introduction(row.previous_sha256, fingerprint), said.proof
        ):
            self.complaints.append((row, f"the key {fingerprint[:16]} did not prove that it knew what was before it"))
        elif signer is None or position is None or not (introduces_itself or self.is_in_force(signer, position)):
            self.complaints.append((row, f"the key {fingerprint[:16]} was introduced by nobody who may"))
        else:
            if introduces_itself and self.keys and fingerprint not in trusted:
                self.complaints.append((row, _alone(fingerprint)))
            if self.begins is None:
                self.begins, self.sealed = position, said.unsigned
            self.keys[fingerprint] = said.key
            self.reigns.append((position, fingerprint))
        return fingerprint

    def _compare(self, own: PublicKey | None, last: str | None, trusted: Collection[str]) -> None:
        for fingerprint in trusted:
            if fingerprint not in self.keys:
                self.complaints.append(
                    (None, f"the key {fingerprint[:16]}, which is to be trusted, signs nothing here")
                )
        if own is None:
            return
        if own.fingerprint not in self.keys:
            self.complaints.append((None, f"the agent's own key {own.fingerprint[:16]} was never introduced"))
            self.keys[own.fingerprint] = own
        elif last != own.fingerprint:
            self.complaints.append((None, f"the last key, {(last or '')[:16]}, is not the agent's own"))


def _alone(fingerprint: str) -> str:
    return (
        f"the key {fingerprint[:16]} was introduced without the signature of the key before it, as after a loss;"
        f" if that is known to be right: --trust {fingerprint}"
    )
