"""What the history is told of inventories: what is new, what is different, and the rest once an hour."""

from dataclasses import replace

from agent.surveyed import TELL_AGAIN_SECONDS, Surveyed
from collectors.contract import Entry, Kind
from exporters.contract import HostReport
from tests.agent.reports import report

NGINX = (Entry(Kind.PACKAGE, "nginx", "1.22"),)
NEWER = (Entry(Kind.PACKAGE, "nginx", "1.24"),)


def look(at: float, entries: tuple[Entry, ...], host: str = "web-01") -> HostReport:
    return replace(report(at, host=host), inventory={"installed_packages": entries})


def test_what_is_the_same_is_told_once_an_hour() -> None:
    surveyed = Surveyed()
    assert surveyed.worth_telling(look(1000.0, NGINX)) == {"installed_packages": NGINX}
    assert surveyed.worth_telling(look(1060.0, NGINX)) == {}
    assert surveyed.worth_telling(look(1060.0, NGINX, host="web-02")) == {"installed_packages": NGINX}
    assert surveyed.worth_telling(look(1120.0, NEWER)) == {"installed_packages": NEWER}
    assert surveyed.worth_telling(look(1120.0 + TELL_AGAIN_SECONDS, NEWER)) == {"installed_packages": NEWER}


def test_a_host_that_comes_back_is_told_of_anew() -> None:
    surveyed = Surveyed()
    surveyed.worth_telling(look(1000.0, NGINX))
    surveyed.forget("web-01")
    assert surveyed.worth_telling(look(1060.0, NGINX)) == {"installed_packages": NGINX}


def test_a_clock_that_was_ahead_silences_nothing() -> None:
    surveyed = Surveyed()
    surveyed.worth_telling(look(1_000_000.0, NGINX))
    assert surveyed.worth_telling(look(1000.0, NGINX)) == {"installed_packages": NGINX}
    assert surveyed.worth_telling(look(1060.0, NGINX)) == {}
