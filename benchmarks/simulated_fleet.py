"""A process full of SSH servers, each on an address of its own, that replay recorded answers.

It keeps the cost of a real server out of a measurement, and makes a fleet as large as is wanted.
"""

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from benchmarks.place import Place, addresses, raise_file_limit
from benchmarks.recorded_answers import RecordedAnswers

_MARKER = re.compile(r"^marker=(\S+);", re.MULTILINE)
_SECTION = re.compile(r"^section (\S+) ", re.MULTILINE)


@contextmanager
def simulated_fleet(folder: Path, hosts: int, answers: RecordedAnswers) -> Iterator[Sequence[Place]]:
    """`hosts` servers in a process of their own, until the block ends."""
    key = folder / "fleet_host_key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (folder / "answers.json").write_text(json.dumps([dict(answers.texts), dict(answers.files)]), encoding="utf-8")
    argv = [sys.executable, "-m", "benchmarks.simulated_fleet", str(folder), str(hosts)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            host_key = key.with_suffix(".pub").read_text(encoding="ascii").strip()
            yield [Place(address, port, "rounds", host_key) for address in addresses("127.40", hosts)]
        finally:
            server.kill()


@dataclass
class _Replay:
    """The answers of one host; each script it is sent is its next look."""

    answers: RecordedAnswers
    look: int = 0

    async def __call__(self, process: "asyncssh.SSHServerProcess[bytes]") -> None:
        script = (await process.stdin.read()).decode()
        marker = _MARKER.search(script)
        assert marker is not None
        process.stdout.write(self.answers.framed(marker[1], _SECTION.findall(script), self.look))
        self.look += 1
        process.exit(0)


class _AnyKey(asyncssh.SSHServer):
    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return True


async def _serve(folder: Path, hosts: int) -> None:
    answers = RecordedAnswers(*json.loads((folder / "answers.json").read_text(encoding="utf-8")))
    port = 0  # the first gets any, the others the same
    for address in addresses("127.40", hosts):
        listener = await asyncssh.create_server(
            _AnyKey,
            address,
            port,
            server_host_keys=[str(folder / "fleet_host_key")],
            process_factory=_Replay(answers),
            encoding=None,
            backlog=512,
        )
        port = listener.get_port()
    print(port, flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until the measuring process is gone


if __name__ == "__main__":
    raise_file_limit()
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
