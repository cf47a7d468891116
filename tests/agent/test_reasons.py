import pytest

from agent.reasons import not_checked_text
from collectors.contract import Reason
from exporters.daily.words import detail_of


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("detail", ["", "connect timed out", "sudo: a password is required (user rounds)"])
def test_every_reason_has_words_that_the_daily_log_can_take_apart(reason, detail):
    text = not_checked_text(reason, detail)
    assert text.en.startswith("not checked: ")
    assert text.zh.startswith("未检查:")
    assert detail_of(text.en, reason) == detail_of(text.zh, reason) == detail
