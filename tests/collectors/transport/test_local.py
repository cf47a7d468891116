import threading
import time

import pytest

from collectors.contract import Reason, TransportError
from collectors.transport.deadline import Deadline
from collectors.transport.local import LocalShell
from collectors.transport.output import OutputLimits
from tests.collectors.transport.conftest import SOON, is_gone

MARK = b"=mark= done"


pytestmark = pytest.mark.usefixtures("nothing_left")


def test_a_script_and_its_exit_status() -> None:
    answer = LocalShell().run("echo hello; echo oh >&2; exit 3", Deadline(SOON), MARK)
    assert (answer.output, answer.error, answer.exit_status, answer.cut) == (b"hello\n", b"oh\n", 3, None)


def test_the_mark_ends_it_although_something_keeps_the_stream_open() -> None:
    begun = time.monotonic()
    answer = LocalShell().run("sleep 60 & echo $!; echo '=mark= done'", Deadline(30), MARK)
    assert time.monotonic() - begun < SOON
    assert answer.cut is None
    assert answer.exit_status == 0
    assert is_gone(int(answer.output.split()[0]))


def test_the_deadline_kills_the_whole_group_and_keeps_what_came() -> None:
    script = "echo first; sh -c 'sh -c \"echo \\$\\$; sleep 60\"; true'"
    begun = time.monotonic()
    answer = LocalShell().run(script, Deadline(0.5), MARK)
    assert time.monotonic() - begun < SOON
    assert answer.cut is Reason.DEADLINE
    first, nested = answer.output.split()
    assert first == b"first"
    assert is_gone(int(nested))


def test_both_streams_are_drained_at_once() -> None:
    script = "head -c 2097152 /dev/zero >&2 & head -c 2097152 /dev/zero; wait; echo; echo '=mark= done'"
    answer = LocalShell().run(script, Deadline(20), MARK)
    assert answer.cut is None
    assert len(answer.output) == 2097152 + len(MARK) + 2
    assert len(answer.error) == OutputLimits().error_tail_bytes


def test_output_without_end_is_cut() -> None:
    limits = OutputLimits(output_bytes=100_000)
    answer = LocalShell(limits=limits).run("yes", Deadline(20), MARK)
    assert answer.cut is Reason.TOO_LONG
    assert len(answer.output) == 100_000


def test_an_error_stream_without_end_is_cut() -> None:
    limits = OutputLimits(error_bytes=100_000, error_tail_bytes=1000)
    answer = LocalShell(limits=limits).run("yes >&2", Deadline(20), MARK)
    assert answer.cut is Reason.TOO_LONG
    assert len(answer.error) == 1000


def test_interrupted_from_another_thread() -> None:
    shell = LocalShell()
    timer = threading.Timer(0.3, shell.interrupt)
    timer.start()
    begun = time.monotonic()
    answer = shell.run("echo begun; sleep 60", Deadline(30), MARK)
    timer.join()
    assert time.monotonic() - begun < SOON
    assert (answer.output, answer.cut) == (b"begun\n", Reason.INTERRUPTED)


def test_interrupt_and_close_without_a_run_do_nothing() -> None:
    shell = LocalShell()
    shell.interrupt()
    shell.close()
    shell.close()
    assert shell.run("echo still", Deadline(SOON), MARK).output == b"still\n"


def test_a_shell_that_is_not_there() -> None:
    with pytest.raises(TransportError, match="no-such-shell") as caught:
        LocalShell("no-such-shell").run("true", Deadline(SOON), MARK)
    assert caught.value.reason is Reason.FAILED
