"""Which of a release's dates counts, and where it is from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from checks.contract import Text
from checks.end_of_life_dates.table import Ends, Product, Table, version_of
from collectors.os_release import Release

Counts = Literal["regular", "free", "extended"]
"""The support that counts: `free` is the extended one too where all get it."""

_NOTHING = Text(en="", zh="")
_UNNAMED = Product(name="", source="")


@dataclass(frozen=True, slots=True)
class End:
    """The `day` that counts and the `phase` that ends then; `beside` tells of the other phase, `source` of whence."""

    day: date
    phase: Text
    beside: Text
    source: Text


def end_of(release: Release, table: Table, own: Mapping[str, Ends], counts: Counts) -> End | None:
    """When a host's release ends by one's own dates, or else the table's, or else what the host itself says.

    None where nobody says.
    """
    ends, source = _ends(release, table, own)
    return None if ends is None else _counted(ends, table.product(release) or _UNNAMED, counts, source)


def _ends(release: Release, table: Table, own: Mapping[str, Ends]) -> tuple[Ends | None, Text]:
    for name in (f"{release.id} {version_of(release)}", f"{release.id} {release.version_id}", release.id):
        if name in own:
            return own[name], Text(en="own date", zh="自定日期")
    if found := table.ends(release):
        return found, Text(en=f"table of {table.as_of}", zh=f"{table.as_of} 版日期表")
    try:
        said = date.fromisoformat(dict(release.fields).get("SUPPORT_END", ""))
    except ValueError:
        return None, _NOTHING
    return Ends(regular=said), Text(en="os-release of the host", zh="主机 os-release")


def _counted(ends: Ends, product: Product, counts: Counts, source: Text) -> End:
    regular, extended = ends.regular, ends.extended
    first, second = product.regular.text, product.extended.text
    longer = counts == "extended" or (counts == "free" and not product.contract)
    if extended is not None and (longer or regular is None):
        to = Text(en=f"; {first.en} to {regular}", zh=f";{first.zh}至 {regular}") if regular else _NOTHING
        return End(extended, second, to, source)
    assert regular is not None  # one of the two is there
    if extended is None:
        return End(regular, first, _NOTHING, source)
    mark = Text(en=" by contract", zh="(须签约)") if product.contract else _NOTHING
    to = Text(en=f"; {second.en}{mark.en} to {extended}", zh=f";{second.zh}{mark.zh}至 {extended}")
    return End(regular, first, to, source)
