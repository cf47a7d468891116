"""Memory errors that the memory controllers corrected, or could not: the kernel's EDAC.

clock 1795291915
mc0/ce_count:3
mc0/ue_count:0
mc0/seconds_since_reset:864000
mc0/csrow0/ce_count:3
mc0/dimm0/dimm_label:CPU_SrcID#0_MC#0_Chan#0_DIMM#0
mc0/dimm0/dimm_ce_count:3
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.bare_metal import TELL_VIRTUAL, absent
from collectors.contract import Collector, Sample, SampleType, UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.edac import Errors, Module, counts, modules, rows
from collectors.growth import grown

PROBE = f"""\
set -- /sys/devices/system/edac/mc/mc[0-9]*
if [ -d "$1" ] && cd /sys/devices/system/edac/mc; then
  date '+clock %s'
  grep -s '' /dev/null mc*/[cu]e*_count mc*/seconds_since_reset mc*/csrow*/[cu]e_count \\
    mc*/dimm*/dimm_label mc*/dimm*/dimm_[cu]e_count mc*/rank*/dimm_label mc*/rank*/dimm_[cu]e_count
else
{TELL_VIRTUAL}
fi
return 0
"""

KEPT_SECONDS = 31 * 86400.0
_DAY = 86400
_FILE = re.compile(r"(mc[0-9]{1,4})/(?:(csrow|dimm|rank)([0-9]{1,4})/)?([a-z_]{1,30}):(.*)")


@dataclass(frozen=True, slots=True)
class MemoryErrors:
    """All controllers' counters since the driver was loaded; `clock_seconds` is the host's clock."""

    clock_seconds: float
    controllers: tuple[Errors, ...]
    rows: tuple[Errors, ...]
    modules: tuple[Module, ...]


def parse(output: str) -> MemoryErrors:
    """Raises `UnreadableOutput`, `NotApplicable` (no EDAC)."""
    now: int | None = None
    files: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
    for line in output.split("\n"):
        if (found := _FILE.fullmatch(line)) is not None:
            place = (found[2] or "", found[3] or "")
            files.setdefault(found[1], {}).setdefault(place, {})[found[4]] = found[5].strip()
        elif line.startswith("clock "):
            now = whole_number(line.removeprefix("clock "), line)
        elif line.strip() and line != "== virtual":
            raise UnreadableOutput("a file of EDAC and its content", line)
    if now is None:
        raise absent("no memory controller known to EDAC", "memory without ECC, or no driver for it", output)
    if not files:
        raise UnreadableOutput("the counters of a memory controller", output.partition("\n")[0])
    totals = tuple(Errors(c.removeprefix("mc"), "", *counts(parts)) for c, parts in files.items())
    in_rows = tuple(row for c, parts in files.items() for row in rows(c.removeprefix("mc"), parts))
    found_modules = (module for c, parts in files.items() for module in modules(c, parts))
    return MemoryErrors(float(now), totals, in_rows, tuple(_first(module, now) for module in found_modules))


def _first(module: Module, now: float) -> Module:
    """On the first look what was corrected before is told as what it was on a mean day."""
    corrected, age = module.errors.corrected, module.seconds_since_reset
    daily = corrected if age <= _DAY else round(corrected * _DAY / age)
    return replace(
        module,
        corrected=grown((), daily, now, KEPT_SECONDS),
        uncorrected=grown((), module.errors.uncorrected, now, KEPT_SECONDS),
    )


def compare(previous: MemoryErrors, current: MemoryErrors) -> MemoryErrors:
    """The current facts with all growth seen."""
    before = {module.item: module for module in previous.modules}
    now = current.clock_seconds
    return replace(current, modules=tuple(_compared(before.get(m.item), m, now) for m in current.modules))


def _compared(old: Module | None, new: Module, now: float) -> Module:
    if old is None:
        return new
    fresh = new.seconds_since_reset < old.seconds_since_reset  # the host or the driver was started anew
    corrected = new.errors.corrected - (0 if fresh else old.errors.corrected)
    uncorrected = new.errors.uncorrected - (0 if fresh else old.errors.uncorrected)
    return replace(
        new,
        corrected=grown(old.corrected, corrected, now, KEPT_SECONDS),
        uncorrected=grown(old.uncorrected, uncorrected, now, KEPT_SECONDS),
    )


def samples(facts: MemoryErrors) -> Iterator[Sample]:
    """As node_exporter's collector `edac` names them."""
    for parts, prefix, where in ((facts.controllers, "", ""), (facts.rows, "csrow_", " for this csrow")):
        for errors in parts:
            labels = (("controller", errors.controller), *((("csrow", errors.part),) if errors.part else ()))
            for what, count in (("correctable", errors.corrected), ("uncorrectable", errors.uncorrected)):
                name, words = f"node_edac_{prefix}{what}_errors_total", f"Total {what} memory errors{where}."
                yield Sample(name, count, labels, words, SampleType.COUNTER)


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=300,
    compare=compare,
    keep_facts=True,
    samples=samples,
)
