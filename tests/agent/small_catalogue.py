"""A small set of plugins of the tests' own, so that what is asserted does not change with the real ones."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.catalogue import Catalogue, CheckPlugin, CollectorPlugin, ExporterPlugin
from checks.contract import Check, Duration, Layer, Params, Percent, Result, Section, Size, Text, UpperLevels
from collectors.contract import Collector
from exporters.contract import Export, Exporter, Settings


def _parse(output: str) -> str:
    return output


COLLECTOR = Collector(probe="cat /proc/loadavg", parse=_parse)


class Fullness(Params):
    used_percent: UpperLevels[Percent] = Field(UpperLevels(warn=80, crit=90), description="how full")
    free: Size = Field(0, description="how much must be free")
    ignore: tuple[str, ...] = Field((), description="what to leave out")


class Ageing(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    age: UpperLevels[Duration] = Field(UpperLevels(warn=3600, crit=7200), description="how old")
    kind: Literal["full", "partial"] = Field("full", description="which kind")


class BackupSet(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(description="what it is called")
    newest_within: Duration = Field(93600, description="how young the newest must be")


class Freshness(Params):
    sets: tuple[BackupSet, ...] = Field((), description="the sets")
    rules: Ageing = Field(default_factory=Ageing, description="how they age")
    names: Mapping[str, str] = Field(default_factory=lambda: {"a": "1", "b": "2"}, description="more names")


def _judge(facts: str, params: Params) -> Iterator[Result]:
    yield from ()


class LogSettings(Settings):
    folder: Path = Field(Path("state/log"), description="where it is written")
    languages: tuple[Literal["zh", "en"], ...] = Field(("zh", "en"), description="in which languages")


class PostSettings(Settings):
    host: str = Field(description="the server")
    password_file: Path | None = Field(None, description="where the password is kept")
    ca_file: Path | None = Field(None, description="whom to trust")
    password_env: str | None = Field(None, description="where the password is kept")
    sender: str = Field("rounds", alias="from", description="who sends")


def _start(settings: Settings) -> Export:
    return Export()


def _check(name: str, params: type[Params]) -> CheckPlugin:
    check = Check(
        reads=COLLECTOR,
        params=params,
        evaluate=_judge,
        title=Text(en=name, zh=name),
        layer=Layer.BASE_SOFTWARE,
        section=Section.SERVERS,
    )
    return CheckPlugin(name, f"How {name} it is.\n\nItem  one", check, "files")


SMALL = Catalogue(
    collectors={"files": CollectorPlugin("files", "Files.", COLLECTOR)},
    checks={"fullness": _check("fullness", Fullness), "freshness": _check("freshness", Freshness)},
    exporters={
        "log": ExporterPlugin("log", "The log.", Exporter(settings=LogSettings, start=_start, always=True)),
        "post": ExporterPlugin("post", "The post.", Exporter(settings=PostSettings, start=_start)),
    },
)
