"""Columns of a form with very many of them can still be read on paper."""

from exporters.forms.filled import ColumnKind
from exporters.workbook.widths import column_width, fitted

KINDS = [*[ColumnKind.STATE] * 14, *[ColumnKind.NUMBER] * 3, *[ColumnKind.MOMENT] * 2, *[ColumnKind.WIDE] * 2]
WIDE = {ColumnKind.STATE: 12, ColumnKind.NUMBER: 16, ColumnKind.MOMENT: 18, ColumnKind.WIDE: 44}


def test_findings_keep_room_and_moments_are_shown_whole() -> None:
    widths = list(zip(KINDS, fitted([WIDE[kind] for kind in KINDS], KINDS), strict=True))
    assert {width for kind, width in widths if kind is ColumnKind.MOMENT} == {18}, "2026-11-21 08:00, and no ###"
    assert all(width >= 18 for kind, width in widths if kind is ColumnKind.WIDE)
    assert all(width >= 9 for kind, width in widths if kind is ColumnKind.NUMBER)
    assert all(width >= 7 for kind, width in widths)


def test_names_of_servers_are_not_broken_before_they_are_very_long() -> None:
    kinds = [ColumnKind.NAME, *KINDS]
    name = column_width(ColumnKind.NAME, "Host", ["portal-web-prod-01"])
    assert fitted([name, *(WIDE[kind] for kind in KINDS)], kinds)[0] == name
    endless = column_width(ColumnKind.NAME, "Host", ["x" * 60])
    assert fitted([endless, *(WIDE[kind] for kind in KINDS)], kinds)[0] == 22


def test_what_fits_is_left_as_it_is() -> None:
    assert fitted([20, 44, 30], [ColumnKind.TEXT, ColumnKind.WIDE, ColumnKind.NUMBER]) == [20, 44, 30]
