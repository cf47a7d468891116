"""How a disk is, in a few words."""

from collections.abc import Sequence

from checks.contract import Text
from checks.disk_faults.faults import COUNTED, Fault
from collectors.smartctl import DiskHealth


def verdict(health: DiskHealth, found: Sequence[Fault]) -> Text:
    """What is wrong, the worst first; else `passed, 31 °C, 3 % worn, 8 reallocated sectors as before`."""
    if found:
        words = [fault.words for fault in sorted(found, key=lambda fault: -fault.state)]
    else:
        words = [Text(en="passed", zh="正常") if health.passed else Text(en="no verdict of its own", zh="无自检结论")]
        if health.temperature_celsius is not None:
            degrees = f"{health.temperature_celsius} °C"
            words.append(Text(en=degrees, zh=degrees))
        if health.used_percent is not None:
            words.append(Text(en=f"{health.used_percent} % worn", zh=f"磨损 {health.used_percent} %"))
        for name, count in health.counters.by_name().items():
            if count:
                en, zh = COUNTED[name].en, COUNTED[name].zh
                words.append(Text(en=f"{count} {en} as before", zh=f"{zh} {count} 未增加"))
    return Text(en=", ".join(one.en for one in words), zh=",".join(one.zh for one in words))
