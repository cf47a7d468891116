"""How old the antivirus definitions are, counted from when their maker made them.

Item        the product
State       WARN and CRIT from `age` of the newest definitions; CRIT when one of the maker's databases is missing or
            cannot be read. UNKNOWN when the login may not see them
Why         new malware appears by the hour; a scanner with old definitions finds nothing, and says that all is clean
What to do  systemctl status clamav-freshclam; tail /var/log/clamav/freshclam.log; run freshclam by hand: a proxy, a
            firewall or a full disk. Defender: mdatp definitions update
Manual      2.3.2 definitions; form 8.5
"""

from collections.abc import Iterator

from pydantic import Field

from checks.contract import (
    Check,
    Duration,
    Layer,
    Measurement,
    Params,
    Result,
    Section,
    State,
    Text,
    Unit,
    UpperLevels,
    duration_text,
)
from checks.contract.threshold import crossed_duration
from collectors import antivirus
from collectors.antivirus import Antivirus
from collectors.antivirus_products import Product

DAY = 86400.0


class AntivirusDefinitionsParams(Params):
    """Parameters of antivirus_definitions."""

    age: UpperLevels[Duration] = Field(
        UpperLevels[Duration](warn=1 * DAY, crit=3 * DAY), description="since the newest definitions were made"
    )
    official: bool = Field(
        True, description="false: definitions of one's own are enough, the maker's need not be there"
    )
    retries: int = Field(
        1, ge=1, le=100, description="how many looks in a row must agree; one, since definitions do not come and go"
    )


def evaluate(facts: Antivirus, params: AntivirusDefinitionsParams) -> Iterator[Result]:
    """One result for each product that shows its definitions."""
    for product in facts.products:
        if product.databases or product.daemon is not False or product.missing:
            yield _judge(product, facts.now, params)


def _judge(product: Product, now: int, params: AntivirusDefinitionsParams) -> Result:
    broken = [one.name for one in product.databases if one.built_at is None]
    if broken:
        names = ", ".join(broken)
        return Result(product.name, State.CRIT, Text(en=f"{names} cannot be read", zh=f"{names} 无法读取"))
    dated = {one: one.built_at for one in product.databases if one.built_at is not None}
    if params.official and product.missing:
        return _missing(product)
    dated = {one: built for one, built in dated.items() if one.official} if params.official else dated
    if not dated:
        return _missing(product)
    newest = max(dated, key=lambda one: dated[one])
    age = max(0, now - dated[newest])
    state = params.age.judge(age)
    old, mark = duration_text(age), crossed_duration(params.age, state)
    version = f" {newest.version}" if newest.version else ""
    signatures = sum(one.signatures or 0 for one in product.databases)
    count = Text(en=f", {signatures} signatures", zh=f",共 {signatures} 条") if signatures else Text(en="", zh="")
    return Result(
        product.name,
        state,
        Text(
            en=f"{newest.name}{version} is {old.en} old{mark.en}{count.en}",
            zh=f"{newest.name}{version} 距今 {old.zh}{mark.zh}{count.zh}",
        ),
        (
            Measurement("age", age, Unit.SECONDS, params.age.warn, params.age.crit),
            Measurement("built", dated[newest], Unit.TIMESTAMP),
            Measurement("signatures", signatures),
        ),
    )


def _missing(product: Product) -> Result:
    if product.closed:
        text = Text(en=f"the login may not read {product.closed[0]}", zh=f"登录用户无权读取 {product.closed[0]}")
        return Result(product.name, State.UNKNOWN, text)
    names = ", ".join(product.missing)
    text = Text(en=f"no definitions: {names}", zh=f"缺少病毒库:{names}")
    return Result(product.name, State.CRIT, text if names else Text(en="no definitions", zh="没有病毒库"))


CHECK = Check(
    reads=antivirus.COLLECTOR,
    params=AntivirusDefinitionsParams,
    evaluate=evaluate,
    title=Text(en="Antivirus definitions", zh="病毒库"),
    layer=Layer.BASE_SOFTWARE,
    section=Section.PATCHES,
)
