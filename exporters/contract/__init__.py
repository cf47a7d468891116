"""What exporters are given and what they are made of."""

from exporters.contract.change import Change, HostChanges, net
from exporters.contract.day import DayRecord, HostLine, Incident, ItemLine
from exporters.contract.exporter import DeliveryError, Export, Exporter, Letter, Settings
from exporters.contract.report import (
    CheckCard,
    CheckOutcome,
    HostCard,
    HostFailure,
    HostReport,
    Lane,
    SectionTiming,
)

__all__ = [
    "Change",
    "CheckCard",
    "CheckOutcome",
    "DayRecord",
    "DeliveryError",
    "Export",
    "Exporter",
    "HostCard",
    "HostChanges",
    "HostFailure",
    "HostLine",
    "HostReport",
    "Incident",
    "ItemLine",
    "Lane",
    "Letter",
    "SectionTiming",
    "Settings",
    "net",
]
