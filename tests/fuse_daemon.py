"""A FUSE file system in a page: what a mount behind a daemon is like when that daemon stops, or reads and says nothing.

    python -m tests.fuse_daemon MOUNTPOINT [mute|private]

`mute` takes each question about space and never answers: whoever asks hangs where no signal reaches him. Needs root.
It ends, and the mount with it, on SIGTERM or SIGKILL.
"""

import ctypes
import errno
import os
import struct
import sys
import time

INIT, LOOKUP, FORGET, GETATTR, STATFS, OPENDIR, READDIR, RELEASEDIR = 26, 1, 2, 3, 17, 27, 28, 29
HEADER = struct.Struct("<IIQQIIII")
BLOCK, BLOCKS, FREE = 4096, 1000, 250


def serve(mountpoint: str, *, mute: bool = False, private: bool = False) -> None:
    """Mount and answer until the mount is gone."""
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0" + ("" if private else ",allow_other")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"rounds-test", mountpoint.encode(), b"fuse.rounds-test", 0, options.encode()):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), mountpoint)
    while True:
        try:
            request = os.read(device, 1 << 17)
        except OSError as error:
            if error.errno == errno.ENODEV:  # unmounted
                return
            if error.errno in (errno.EINTR, errno.ENOENT, errno.EAGAIN):
                continue
            raise
        _, code, unique, *_ = HEADER.unpack_from(request)
        if code == FORGET or (mute and code == STATFS):
            continue
        answer = _answer(code, request[HEADER.size :])
        failed, body = (0, answer) if isinstance(answer, bytes) else (-answer, b"")
        os.write(device, struct.pack("<IiQ", 16 + len(body), failed, unique) + body)


def _answer(code: int, body: bytes) -> bytes | int:
    """The body of an answer, or an error number."""
    if code == INIT:
        major, _, readahead, _ = struct.unpack_from("<IIII", body)
        return struct.pack("<IIIIHHIIHHI28x", major, 31, readahead, 0, 12, 9, 1 << 16, 1, 0, 0, 0)
    now = int(time.time())
    folder = struct.pack("<QQQQQQIIIIIIIIII", 1, 0, 0, now, now, now, 0, 0, 0, 0o40755, 2, 0, 0, 0, 512, 0)
    answers: dict[int, bytes | int] = {
        LOOKUP: errno.ENOENT,
        GETATTR: struct.pack("<QII", 1, 0, 0) + folder,
        STATFS: struct.pack("<QQQQQIIII24x", BLOCKS, FREE, FREE, 10, 5, BLOCK, 255, BLOCK, 0),
        OPENDIR: struct.pack("<QII", 1, 0, 0),
        READDIR: b"",
        RELEASEDIR: b"",
    }
    return answers.get(code, errno.ENOSYS)


if __name__ == "__main__":
    serve(sys.argv[1], mute="mute" in sys.argv[2:], private="private" in sys.argv[2:])
