"""The words of the record forms, in both languages, and words as people declare them."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from checks.contract import Text
from exporters.daily.words import counted


class Declared(BaseModel):
    """Words as a declaration has them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str = Field(min_length=1, max_length=200, description="in English")
    zh: str = Field(min_length=1, max_length=200, description="in Chinese")

    @property
    def text(self) -> Text:
        """The same as checks have it."""
        return Text(self.en, self.zh)


def _the_same_in_both(written: object) -> object:
    return {"en": written, "zh": written} if isinstance(written, str) else written


Words = Annotated[
    Declared,
    BeforeValidator(_the_same_in_both),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"en": {"type": "string"}, "zh": {"type": "string"}},
                    "required": ["en", "zh"],
                    "additionalProperties": False,
                },
            ],
            "examples": ["Remarks", "{en: Remarks, zh: 备注}"],
        }
    ),
]
"""`{en: Host, zh: 服务器名}`, or one text for readers of both languages."""


def not_listed(count: int, noun: str) -> str:
    """`1 more row is not listed.`"""
    return f"{counted(count, noun)} {'is' if count == 1 else 'are'} not listed."


def have_none(servers: int) -> str:
    """`2 more servers have none of it.`"""
    return f"{counted(servers, 'more server')} {'has' if servers == 1 else 'have'} none of it."


NORMAL = Text("normal", "正常")
ABNORMAL = Text("abnormal", "异常")
NOT_CHECKED = Text("not checked", "未检查")
IN_PART = Text("checked in part", "部分检查")
NOT_APPLICABLE = Text("not applicable", "不适用")
AWAITING = Text("awaiting a person", "待人工")
NORMAL_SO_FAR = Text("normal, rest by hand", "正常，余待人工")
RECORDED = Text("recorded", "已登记")
NOT_KNOWN = Text("not known", "未采集")
NONE = Text("none", "无")
IN_SERVICE = Text("in service", "在用")
OUT_OF_SERVICE = Text("out of service", "停用")
THIS_MACHINE = Text("the agent's own machine", "本机")
YES = Text("yes", "是")
NO = Text("no", "否")
NOT_COVERED = Text("not covered", "未纳入巡检")
TOO_LONG = Text("too long to be kept", "内容过长，未留存")
ALL_ITEMS = Text("all", "全部")
