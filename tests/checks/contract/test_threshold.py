from checks.contract import LowerLevels, Measurement, State, Text, Unit, UpperLevels
from checks.contract.threshold import crossed, crossed_duration, crossed_percent, measured_ratio


def test_the_level_that_was_crossed_is_named() -> None:
    levels = UpperLevels[float](warn=80, crit=90.5)
    assert crossed_percent(levels, State.WARN) == Text(en=" (warn at 80 %)", zh="(警告阈值 80 %)")
    assert crossed_percent(levels, State.CRIT) == Text(en=" (crit at 90.5 %)", zh="(严重阈值 90.5 %)")
    assert crossed(LowerLevels[float](crit=3), State.CRIT).en == " (crit at 3)"


def test_a_level_is_told_in_both_languages() -> None:
    levels = UpperLevels[float](warn=0.5, crit=93600)
    assert crossed_duration(levels, State.WARN) == Text(en=" (warn at 0.5 s)", zh="(警告阈值 0.5 秒)")
    assert crossed_duration(levels, State.CRIT) == Text(en=" (crit at 1 d 2 h)", zh="(严重阈值 1 天 2 小时)")
    assert crossed(UpperLevels[int](warn=5), State.WARN) == Text(en=" (warn at 5)", zh="(警告阈值 5)")


def test_nothing_is_said_when_no_level_was_crossed() -> None:
    nothing = Text(en="", zh="")
    assert crossed(UpperLevels[float](warn=80, crit=90), State.OK) == nothing
    assert crossed(UpperLevels[float](warn=80, crit=90), State.UNKNOWN) == nothing
    assert crossed(UpperLevels[float](crit=90), State.WARN) == nothing


def test_levels_are_measured_as_ratios() -> None:
    levels = UpperLevels[float](warn=80)
    assert measured_ratio("used", 0.5, levels) == Measurement("used", 0.5, Unit.RATIO, 0.8, None)
