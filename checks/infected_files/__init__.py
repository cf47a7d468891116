"""Infected files that scans and the daemon tell of: which count, and how they are told."""

from collections.abc import Sequence

from checks.contract import Text
from collectors.antivirus_products import Disposition, Infected, Product

_SHOWN, _PATH_SHOWN = 3, 60
_BECAME = {
    Disposition.LEFT: Text(en="", zh=""),
    Disposition.COPIED: Text(en=", copied", zh=",已复制"),
    Disposition.MOVED: Text(en=", moved", zh=",已移走"),
    Disposition.QUARANTINED: Text(en=", quarantined", zh=",已隔离"),
    Disposition.REMOVED: Text(en=", removed", zh=",已删除"),
}


def infected_files(
    product: Product, now: int, scan_outdated: float | None, detected_within: float
) -> tuple[Sequence[Infected], int]:
    """By the last scan of each log that is not long out of use, and lately between scans; each file once; and how many.

    A scan older than `scan_outdated` seconds counts only where there is no newer one.
    """
    newest = max((scan.ended_at for scan in product.scans), default=0)
    in_use = [
        scan
        for scan in sorted(product.scans, key=lambda scan: scan.ended_at)
        if scan.ended_at == newest or scan_outdated is None or now - scan.ended_at < scan_outdated
    ]
    found = [one for scan in in_use for one in scan.found]
    # The daemon tells that it found a file, and who asked it what became of that.
    between = sorted(
        (one for one in product.detections if now - one.at < detected_within),
        key=lambda one: not one.infected.disposition.is_out_of_the_way,
    )
    known = {one.path or one.signature for one in found} | {one.signature for one in found}
    for one in (detection.infected for detection in between):
        if (one.path or one.signature) not in known:
            known |= {one.path or one.signature, one.signature}
            found.append(one)
    # A log tells of more than were sent.
    more = sum(max(0, (scan.infected or 0) - len(scan.found)) for scan in in_use)
    each = tuple({(one.path, one.signature): one for one in found}.values())
    return each, len(each) + more


def told(infected: Sequence[Infected], count: int) -> Text:
    """The first of `count`: what they were taken for, and what became of them. Of a long log only the end is read."""
    if not infected:
        return Text(
            en=f"{count} infected, named too far up in the log of the scan",
            zh=f"发现 {count} 个感染文件(文件名请查看扫描日志)",
        )
    shown = [_one(one) for one in infected[:_SHOWN]]
    more = " …" if count > _SHOWN else ""
    return Text(
        en=f"{count} infected: " + "; ".join(text.en for text in shown) + more,
        zh=f"发现 {count} 个感染文件:" + ";".join(text.zh for text in shown) + more,
    )


def _one(one: Infected) -> Text:
    """Its path, shortened in the middle, where it is known, and what it was taken for."""
    path, signature, became = one.path, one.signature[:40], _BECAME[one.disposition]
    if path is None:
        return Text(en=f"{signature}{became.en}", zh=f"{signature}{became.zh}")
    if len(path) > _PATH_SHOWN:
        path = f"{path[:20]}…{path[21 - _PATH_SHOWN :]}"
    return Text(en=f"{path} ({signature}{became.en})", zh=f"{path}({signature}{became.zh})")
