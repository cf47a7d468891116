"""What exporters are given and what they are made of."""

from exporters.contract.added import IncidentNote, Review
from exporters.contract.change import Change, HostChanges, net
from exporters.contract.day import (
    CalendarRow,
    DayRecord,
    Evidence,
    HostEntries,
    HostFacts,
    HostLine,
    Incident,
    ItemLine,
    Point,
    Series,
    incident_id,
)
from exporters.contract.exporter import DeliveryError, Export, Exporter, Letter, Needs, Settings
from exporters.contract.report import (
    Answer,
    CheckCard,
    CheckOutcome,
    HostCard,
    HostFailure,
    HostReport,
    Lane,
    SectionTiming,
)

__all__ = [
    "Answer",
    "CalendarRow",
    "Change",
    "CheckCard",
    "CheckOutcome",
    "DayRecord",
    "DeliveryError",
    "Evidence",
    "Export",
    "Exporter",
    "HostCard",
    "HostChanges",
    "HostEntries",
    "HostFacts",
    "HostFailure",
    "HostLine",
    "HostReport",
    "Incident",
    "IncidentNote",
    "ItemLine",
    "Lane",
    "Letter",
    "Needs",
    "Point",
    "Review",
    "SectionTiming",
    "Series",
    "Settings",
    "incident_id",
    "net",
]
