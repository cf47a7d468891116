"""A disk that answers late: a FUSE file system with one file, `disk`, for a loop device to stand on.

    python -m tests.slow_disk MOUNTPOINT SECONDS
    losetup --find --show MOUNTPOINT/disk

Each read and write of it takes SECONDS. While the process is stopped (SIGSTOP) the disk does not answer at all. Needs
root. It ends, and the mount with it, on SIGTERM or SIGKILL; detach the loop device before.
"""

import ctypes
import errno
import os
import struct
import sys
import time

LOOKUP, GETATTR, SETATTR, OPEN, READ, WRITE, RELEASE, FSYNC, FLUSH, INIT = 1, 3, 4, 14, 15, 16, 18, 20, 25, 26
NO_ANSWER = (2, 36, 42)  # FORGET, INTERRUPT, BATCH_FORGET
DIRECT_IO = 1  # no cache above it: each read is one that waits
HEADER = struct.Struct("<IIQQIIII")
SIZE, ROOT, DISK = 16 << 20, 1, 2


def serve(mountpoint: str, delay: float) -> None:
    """Mount and answer until the mount is gone."""
    device = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"slow-disk", mountpoint.encode(), b"fuse.slow-disk", 0, options.encode()):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), mountpoint)
    disk = bytearray(SIZE)
    while True:
        try:
            request = os.read(device, 1 << 18)
        except OSError as error:
            if error.errno == errno.ENODEV:  # unmounted
                return
            if error.errno in (errno.EINTR, errno.ENOENT, errno.EAGAIN):
                continue
            raise
        _, code, unique, node, *_ = HEADER.unpack_from(request)
        if code in NO_ANSWER:
            continue
        if code in (READ, WRITE):
            time.sleep(delay)
        answer = _answer(code, node, request[HEADER.size :], disk)
        failed, body = (0, answer) if isinstance(answer, bytes) else (-answer, b"")
        os.write(device, struct.pack("<IiQ", 16 + len(body), failed, unique) + body)


def _answer(code: int, node: int, body: bytes, disk: bytearray) -> bytes | int:
    """The body of an answer, or an error number."""
    if code == LOOKUP and body != b"disk\0":
        return errno.ENOENT
    if code in (READ, WRITE):
        _, offset, size = struct.unpack_from("<QQI", body)
        if code == READ:
            return bytes(disk[offset : offset + size])
        disk[offset : offset + size] = body[40 : 40 + size]
        return struct.pack("<II", size, 0)
    major, _, readahead, _ = struct.unpack_from("<IIII", body) if code == INIT else (0, 0, 0, 0)
    about = struct.pack("<QII", 60, 0, 0) + _attributes(node)
    answers = {
        INIT: struct.pack("<IIIIHHIIHHI28x", major, 31, readahead, 0, 12, 9, 1 << 16, 1, 0, 0, 0),
        LOOKUP: struct.pack("<QQQQII", DISK, 0, 60, 60, 0, 0) + _attributes(DISK),
        GETATTR: about,
        SETATTR: about,
        OPEN: struct.pack("<QII", 1, DIRECT_IO, 0),
        RELEASE: b"",
        FSYNC: b"",
        FLUSH: b"",
    }
    return answers.get(code, errno.ENOSYS)


def _attributes(node: int) -> bytes:
    now, mode, size = int(time.time()), 0o40755 if node == ROOT else 0o100600, 0 if node == ROOT else SIZE
    return struct.pack("<QQQQQQIIIIIIIIII", node, size, size >> 9, now, now, now, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


if __name__ == "__main__":
    serve(sys.argv[1], float(sys.argv[2]))
