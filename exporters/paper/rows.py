"""The forms' rows for the JSON record, each with the evidence it rests on."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from checks.contract.text import Language
from exporters.contract import DayRecord, Evidence
from exporters.daily.quantities import iso
from exporters.forms.filled import FilledCell, FilledColumn, FilledForm
from exporters.paper.numbering import Numbering

Json = dict[str, Any]


def record_parts(day: DayRecord, forms: Mapping[Language, Sequence[FilledForm]]) -> Json:
    """The keys `forms`, `form_rows` and `evidence` of the record, the longer ones as iterators.

    `forms` are the same forms in both languages. A row names its form, and its evidence by `number`, as the workbook's
    last sheet does. Cells without text and value are left out.
    """
    zh, en = forms["zh"], forms["en"]
    numbering = Numbering.of(day, en)
    return {
        "forms": [_form(*pair) for pair in zip(zh, en, strict=True)],
        "form_rows": (row for pair in zip(zh, en, strict=True) for row in _rows(*pair, numbering)),
        "evidence": (_evidence(n, entry, day.timezone) for n, entry in enumerate(numbering.entries, 1)),
    }


def _form(zh: FilledForm, en: FilledForm) -> Json:
    return {
        "name": en.name,
        "number": en.number,
        "title": {"en": en.title, "zh": zh.title},
        "note": {"en": en.note, "zh": zh.note},
        "columns": [_column(*pair) for pair in zip(zh.columns, en.columns, strict=True)],
    }


def _rows(zh: FilledForm, en: FilledForm, numbering: Numbering) -> Iterator[Json]:
    for one, other in zip(zh.rows, en.rows, strict=True):
        cells = dict(_cells(en.columns, one.cells, other.cells))
        yield {"form": en.name, "cells": cells, "evidence": numbering.of_row(other)}


def _column(zh: FilledColumn, en: FilledColumn) -> Json:
    return {"name": en.name, "title": {"en": en.title, "zh": zh.title}, "kind": en.kind}


def _cells(
    columns: Sequence[FilledColumn], zh: Sequence[FilledCell], en: Sequence[FilledCell]
) -> Iterator[tuple[str, Json]]:
    for column, one, other in zip(columns, zh, en, strict=True):
        if other.text or other.value is not None:
            yield column.name, _cell(one, other)


def _cell(zh: FilledCell, en: FilledCell) -> Json:
    cell: Json = {"text": {"en": en.text, "zh": zh.text}}
    if isinstance(en.value, datetime):
        cell["value"] = en.value.isoformat(timespec="seconds")
    elif en.value is not None and math.isfinite(en.value):
        cell |= {"value": en.value, "unit": en.unit}
    if en.tone is not None:
        cell["tone"] = en.tone
    return cell


def _evidence(number: int, entry: Evidence, timezone: str) -> Json:
    return {
        "number": number,
        "host": entry.host,
        "collector": entry.collector,
        "at": iso(entry.at, timezone),
        "exit_status": entry.exit_status,
        "seconds": entry.seconds,
        "command_sha256": entry.command_sha256,
        "answer_sha256": entry.answer_sha256,
    }
