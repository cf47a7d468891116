"""What goes wrong between the monitor and a host."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.host import LabHost


@contextmanager
def unplugged(host: LabHost) -> Iterator[str]:
    """The network cable is pulled. Yields the address that no longer answers."""
    host.link_down()
    try:
        yield host.address
    finally:
        host.link_up()


@contextmanager
def switched_off(host: LabHost) -> Iterator[str]:
    """The host is shut down; it boots again at the end. Yields its address."""
    host.stop()
    try:
        yield host.address
    finally:
        host.start()


@contextmanager
def changed_host_key(host: LabHost) -> Iterator[str]:
    """The host shows another key than the one that is known. Yields the new key, as known_hosts has it."""
    key = host.host_key_file
    host.sh(
        f"for f in {key} {key}.pub; do [ ! -e $f ] || mv $f $f.true; done; {host.make_host_key}; {host.restart_ssh}"
    )
    try:
        yield host.host_key
    finally:
        host.sh(f"for f in {key} {key}.pub; do [ ! -e $f.true ] || mv $f.true $f; done; {host.restart_ssh}")
