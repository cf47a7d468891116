import itertools

from hypothesis import given
from hypothesis import strategies as st

from collectors.transport.output import CapturedOutput, OutputLimits

MARK = b"=m= done"


@given(before=st.binary(max_size=60), after=st.binary(max_size=20), cuts=st.lists(st.integers(0, 90), max_size=8))
def test_the_mark_is_found_however_it_is_cut(before: bytes, after: bytes, cuts: list[int]) -> None:
    whole = before + MARK + after
    captured = CapturedOutput(MARK, OutputLimits())
    edges = [0, *sorted(cuts), len(whole)]
    for begin, end in itertools.pairwise(edges):
        captured.feed_output(whole[begin:end])
    assert captured.mark_seen
    assert captured.output.startswith(before + MARK)


@given(chunks=st.lists(st.binary(max_size=50), max_size=40))
def test_standard_error_keeps_its_tail(chunks: list[bytes]) -> None:
    limits = OutputLimits(error_tail_bytes=30, error_bytes=300)
    captured = CapturedOutput(MARK, limits)
    for chunk in chunks:
        captured.feed_error(chunk)
    assert captured.error == b"".join(chunks)[-30:]
    assert captured.too_long == (sum(map(len, chunks)) > 300)


def test_output_is_cut_at_the_limit() -> None:
    captured = CapturedOutput(MARK, OutputLimits(output_bytes=10))
    captured.feed_output(b"x" * 10)
    assert not captured.enough
    captured.feed_output(b"yy")
    assert captured.too_long
    assert captured.output == b"x" * 10
    captured.feed_output(MARK)
    assert not captured.mark_seen
