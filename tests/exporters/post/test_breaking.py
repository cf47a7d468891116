"""Lines of plain text, and names that are too long for a subject."""

from hypothesis import given
from hypothesis import strategies as st

from exporters.daily.inert import plain
from exporters.post.breaking import abridged, wrapped
from exporters.workbook.widths import text_width

WORDS = st.text(st.sampled_from("ab 12.%天小时（），。《》/-é😀中e") | st.characters(), max_size=200).map(plain)


@given(text=WORDS, width=st.integers(12, 76))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, width: int) -> None:
    lines = wrapped(text, width, "* ")
    assert all(text_width(line) <= width for line in lines)
    assert lines[0].startswith("* ")
    assert "".join("".join(line[2:] for line in lines).split()) == "".join(text.split())


def test_chinese_fills_the_line_and_no_line_begins_with_a_stop() -> None:
    assert wrapped("今日实检六台，七十二项中正常。", 14) == ["今日实检六台，", "七十二项中正", "常。"]


def test_a_number_stays_with_its_unit() -> None:
    assert wrapped("已持续两天又 17 小时", 16) == ["已持续两天又", "17 小时"]
    assert wrapped("limits 80 % / 90 %", 14) == ["limits 80 % /", "90 %"]


def test_nothing_is_one_line() -> None:
    assert wrapped("", 40, "* ") == ["* "]


def test_a_long_name_loses_its_middle() -> None:
    assert abridged("门户平台 Portal", 48) == "门户平台 Portal"
    short = abridged("某省国土空间基础信息平台及政务服务一体化综合管理支撑系统 · portal, databases", 40)
    assert short == "某省国土空间基础信…· portal, databases"


@given(name=WORDS, width=st.integers(9, 60))
def test_a_name_fits(name: str, width: int) -> None:
    assert text_width(abridged(name, width)) <= width
