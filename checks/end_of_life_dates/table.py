"""The table of dates, and how a host's release is found in it."""

import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from checks.contract import Text
from collectors.os_release import Release


class Words(BaseModel):
    """What a phase of support is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str
    zh: str

    @property
    def text(self) -> Text:
        """The same as a `Text`."""
        return Text(en=self.en, zh=self.zh)


class Ends(BaseModel):
    """The last day of each phase of a release's support."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    regular: date | None = Field(None, description="the last day of regular support")
    extended: date | None = Field(None, description="the last day of extended support; null: there is none")

    @model_validator(mode="after")
    def _one_at_least(self) -> "Ends":
        if self.regular is None and self.extended is None:
            raise ValueError("expected the last day of regular or of extended support")
        return self


class Product(BaseModel):
    """A distribution. `rolling`: it has no releases that end; `contract`: extended support is only for who has one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    source: str
    rolling: bool = False
    regular: Words = Words(en="support", zh="支持")
    extended: Words = Words(en="extended support", zh="延长支持")
    contract: bool = True
    releases: Mapping[str, Ends] = Field(default_factory=dict)


class Table(BaseModel):
    """All that is known `as_of` a day; products by the ID in os-release."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    products: Mapping[str, Product]

    def product(self, release: Release) -> Product | None:
        """The distribution of a host."""
        stream = release.id == "centos" and "Stream" in dict(release.fields).get("NAME", "")
        return self.products.get("centos-stream" if stream else release.id)

    def ends(self, release: Release) -> Ends | None:
        """When a host's release ends; None where the table does not have it, or it does not end."""
        product, version = self.product(release), version_of(release)
        if product is None:
            return None
        # 8.10 is one of 8, and 3.20.3 one of 3.20; 3.2 is not.
        found = [key for key in product.releases if version == key or version.startswith(f"{key}.")]
        return product.releases[max(found, key=len)] if found else None


def version_of(release: Release) -> str:
    """The version a host says it has, with the service pack that openEuler names only beside it: `24.03-SP3`."""
    pack = re.search(r"-(SP[0-9]{1,2})\b", dict(release.fields).get("VERSION", "")) if release.version_id else None
    return f"{release.version_id}-{pack[1]}" if pack and release.id == "openEuler" else release.version_id


@cache
def shipped() -> Table:
    """The table that comes with the project."""
    text = files("checks.end_of_life_dates").joinpath("dates.yaml").read_text("utf-8")
    return Table.model_validate(yaml.safe_load(text))
