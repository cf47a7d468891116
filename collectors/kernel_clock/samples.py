"""The kernel's clock as node_exporter's collector `timex` names it."""

from collections.abc import Iterator

from collectors.contract import Sample, SampleType
from collectors.kernel_clock.clock import KernelClock, PulsePerSecond

_MICROSECONDS, _NANOSECONDS = 1e6, 1e9
_PARTS = 65536 * 1e6


def samples(clock: KernelClock) -> Iterator[Sample]:
    """Those that the host told."""
    fine = _NANOSECONDS if clock.is_fine else _MICROSECONDS
    for name, value, text in (
        ("sync_status", float(clock.synchronised), "Is clock synchronized to a reliable server (1 = yes, 0 = no)."),
        ("offset_seconds", clock.offset / fine, "Time offset in between local system and reference clock."),
        ("frequency_adjustment_ratio", 1 + clock.frequency / _PARTS, "Local clock frequency adjustment."),
        ("maxerror_seconds", clock.maximum_error / _MICROSECONDS, "Maximum error in seconds."),
        ("estimated_error_seconds", clock.estimated_error / _MICROSECONDS, "Estimated error in seconds."),
        ("status", clock.status, "Value of the status array bits."),
        ("loop_time_constant", clock.time_constant, "Phase-locked loop time constant."),
        ("tick_seconds", clock.tick / _MICROSECONDS, "Seconds between clock ticks."),
    ):
        yield Sample(f"node_timex_{name}", value, help=text)
    if clock.tai_offset_seconds is not None:
        text = "International Atomic Time (TAI) offset."
        yield Sample("node_timex_tai_offset_seconds", clock.tai_offset_seconds, help=text)
    if clock.pulse is not None:
        yield from _of_pulse(clock.pulse, fine)


def _of_pulse(pulse: PulsePerSecond, fine: float) -> Iterator[Sample]:
    for name, value, text in (
        ("frequency_hertz", pulse.frequency / _PARTS, "frequency."),
        ("jitter_seconds", pulse.jitter / fine, "jitter."),
        ("shift_seconds", pulse.shift, "interval duration."),
        ("stability_hertz", pulse.stability / _PARTS, "stability, average of recent frequency changes."),
        ("jitter_total", pulse.jitter_exceeded, "count of jitter limit exceeded events."),
        ("calibration_total", pulse.calibrations, "count of calibration intervals."),
        ("error_total", pulse.errors, "count of calibration errors."),
        ("stability_exceeded_total", pulse.stability_exceeded, "count of stability limit exceeded events."),
    ):
        kind = SampleType.COUNTER if name.endswith("_total") else SampleType.GAUGE
        yield Sample(f"node_timex_pps_{name}", value, (), f"Pulse per second {text}", kind)
