import pytest

from collectors.contract import UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, pairs, whole_number


@pytest.mark.parametrize(("word", "number"), [("0", 0), ("-12", -12), ("007", 7), (str(2**63), 2**63)])
def test_whole_numbers(word: str, number: int) -> None:
    assert whole_number(word) == number


@pytest.mark.parametrize(
    "word", ["", "-", "+1", "1.0", "1_000", "٣", "²", " 1", "0x10", "--1", str(2**63 + 1), "9" * 5000, "nan"]
)
def test_what_is_no_whole_number(word: str) -> None:
    with pytest.raises(UnreadableOutput) as refused:
        whole_number(word, "the whole line")
    assert refused.value.line == "the whole line"


@pytest.mark.parametrize(("word", "number"), [("0.25", 0.25), ("-1.5", -1.5), (".5", 0.5), ("1e-06", 1e-6), ("3", 3.0)])
def test_decimal_numbers(word: str, number: float) -> None:
    assert decimal_number(word) == number


@pytest.mark.parametrize("word", ["", "nan", "inf", "-inf", "1e999", "1_0.0", "٣.٥", "1e30", "e", "1.2.3", "9" * 400])
def test_what_is_no_decimal_number(word: str) -> None:
    with pytest.raises(UnreadableOutput):
        decimal_number(word)


def test_blocks_are_taken_apart() -> None:
    assert blocks("head\n== one\na\n\x0cb\n== two\n", "one", "two") == {"": "head", "one": "a\n\x0cb", "two": ""}


def test_a_required_block_must_be_there() -> None:
    with pytest.raises(UnreadableOutput, match="'two'"):
        blocks("== one\na", "one", "two")


def test_a_block_must_not_come_twice() -> None:
    with pytest.raises(UnreadableOutput):
        blocks("== one\na\n== one\nb")


def test_pairs_are_read_by_their_first_word() -> None:
    assert pairs("uptime 1.5 2\n\n  name \n", "uptime") == {"uptime": "1.5 2", "name": ""}


@pytest.mark.parametrize("output", ["", "other 1", "uptime 1\nuptime 2"])
def test_a_required_pair_comes_exactly_once(output: str) -> None:
    with pytest.raises(UnreadableOutput):
        pairs(output, "uptime")
