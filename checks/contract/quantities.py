"""Durations, sizes and percentages as people write them, and as people read them."""

import math
import re
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

from checks.contract.text import Text
from checks.contract.written import WrittenAs, write_duration, write_percent, write_size

_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}
_BYTES = {
    "": 1,
    "b": 1,
    **{prefix + "b": 1000 ** (i + 1) for i, prefix in enumerate("kmgtp")},
    **{prefix + "ib": 1024 ** (i + 1) for i, prefix in enumerate("kmgtp")},
}
_NUMBER = r"\d+(?:\.\d+)?"


def parse_duration(value: object) -> float:
    """Seconds from `60s`, `1h30m`, `26h`, `7d`, or a plain number of seconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("expected a duration such as 60s, 15m, 6h or 7d")  # noqa: TRY004 (pydantic reports these)
    if isinstance(value, (int, float)):
        seconds = float(value)
    else:
        compact = value.replace(" ", "").lower()
        parts = re.findall(rf"({_NUMBER})(ms|min|[smhdw])", compact)
        if not parts or "".join(number + unit for number, unit in parts) != compact:
            raise ValueError(f"expected a duration such as 60s, 15m, 6h or 7d, not {value!r}")
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in parts)
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"expected a duration of zero or more, not {value!r}")
    return seconds


def parse_size(value: object) -> int:
    """Bytes from `5GiB`, `500 MB`, or a plain number of bytes."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError("expected a size such as 5GiB or 500MB")  # noqa: TRY004 (the same)
    if isinstance(value, int):
        size = value
    else:
        match = re.fullmatch(rf"({_NUMBER})\s*([a-z]*)", value.strip().lower())
        if match is None or match[2] not in _BYTES:
            raise ValueError(f"expected a size such as 5GiB or 500MB, not {value!r}")
        size = round(float(match[1]) * _BYTES[match[2]])
    if size < 0:
        raise ValueError(f"expected a size of zero or more, not {value!r}")
    return size


def parse_percent(value: object) -> float:
    """Percent points from `80`, `80.5` or `80%`."""
    if isinstance(value, str) and (match := re.fullmatch(rf"({_NUMBER})\s*%?", value.strip())):
        value = float(match[1])
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"expected a percentage such as 80 or 80%, not {value!r}")
    return float(value)


_WRITTEN = {"anyOf": [{"type": "number"}, {"type": "string"}]}

Duration = Annotated[
    float,
    BeforeValidator(parse_duration),
    WrittenAs(write_duration),
    WithJsonSchema({**_WRITTEN, "examples": ["60s", "6h"]}),
]
"""Seconds, written as `60s`, `15m`, `6h`, `7d`."""

Size = Annotated[
    int, BeforeValidator(parse_size), WrittenAs(write_size), WithJsonSchema({**_WRITTEN, "examples": ["5GiB", "500MB"]})
]
"""Bytes, written as `5GiB` or `500MB`."""

Percent = Annotated[
    float,
    BeforeValidator(parse_percent),
    WrittenAs(write_percent),
    Field(ge=0, le=100),
    WithJsonSchema({**_WRITTEN, "examples": [80, "80%"]}),
]
"""Percent points from 0 to 100, written as `80` or `80%`."""


def format_bytes(size: float) -> str:
    """`1.5 GiB`: three significant digits, binary units."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if abs(size) < 1024:
            return f"{size:.3g} {unit}" if abs(size) < 999.5 else f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.3g} PiB" if abs(size) < 999.5 else f"{size:.0f} PiB"


def format_percent(ratio: float) -> str:
    """`83.1 %` from 0.831."""
    return f"{ratio * 100:.1f} %"


def duration_text(seconds: float) -> Text:
    """`3 d 4 h` / `3 天 4 小时`: the two largest units, whole numbers; below a minute one decimal."""
    if 0 < abs(seconds) < 0.001:
        return Text(en=f"{seconds * 1e6:.3g} µs", zh=f"{seconds * 1e6:.3g} 微秒")
    if abs(seconds) < 60:
        return Text(en=f"{seconds:.3g} s", zh=f"{seconds:.3g} 秒")
    sign, rest = ("-" if seconds < 0 else ""), int(abs(seconds))
    parts: list[tuple[int, str, str]] = []
    for length, en, zh in ((86400, "d", "天"), (3600, "h", "小时"), (60, "min", "分钟"), (1, "s", "秒")):
        count, rest = divmod(rest, length)
        if count or parts:
            parts.append((count, en, zh))
    shown = [part for part in parts[:2] if part[0]]
    return Text(
        en=sign + " ".join(f"{count} {en}" for count, en, _ in shown),
        zh=sign + " ".join(f"{count} {zh}" for count, _, zh in shown),
    )
