import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent.catalogue import catalogue
from checks.contract import Layer, Measurement, NotYet, Past, Result, Section, State, Text
from collectors.contract import Reason, Sample, SampleType, SectionError
from exporters.contract import CheckCard, CheckOutcome, Lane, SectionTiming
from exporters.exposition import rendered, rounds, vocabulary
from exporters.prometheus import EXPORTER, NoPage, PrometheusExport, PrometheusSettings
from tests.exporters.sample_report import DISK, MEMORY, UPDATES, down, fast, host, result, slow
from tests.recordings_on_disk import recordings

Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def series(text: bytes | None) -> Series:
    """Every sample of a page; refuses a family told twice, or a series told twice."""
    assert text is not None
    found: Series = {}
    names = [line.split()[2] for line in text.decode().splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    for family in text_string_to_metric_families(text.decode()):
        assert family.type != "unknown", family.name
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            assert key not in found
            found[key] = sample.value
    return found


def value(export: PrometheusExport, name: str, **labels: str) -> float | None:
    return series(export.render()).get((name, tuple(sorted(labels.items()))))


def page(export: PrometheusExport, name: str = "web-01") -> bytes | None:
    """One host's page; None where there is none."""
    try:
        return export.render_host(name)
    except NoPage:
        return None


def names(export: PrometheusExport) -> set[str]:
    return {name for name, _ in series(export.render())}


def promtool(text: bytes) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed")
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, check=False, timeout=20)
    assert done.returncode == 0, (done.stderr + done.stdout).decode()
    assert not (done.stderr + done.stdout).strip(), (done.stderr + done.stdout).decode()


@pytest.fixture
def export() -> PrometheusExport:
    made = EXPORTER.start(PrometheusSettings())
    assert isinstance(made, PrometheusExport)
    return made


def test_it_is_on_without_being_configured():
    assert EXPORTER.always
    assert catalogue().exporters["prometheus"].exporter is EXPORTER


def test_a_round_becomes_series(export):
    export.observe(fast(mounts=(("/", 0.5), ("/var", 0.93))))
    assert value(export, "rounds_host_up", host="web-01") == 1
    assert value(export, "rounds_check_state", host="web-01", check="disk_usage", item="/var") == 3
    assert value(export, "rounds_disk_usage_used_ratio", host="web-01", item="/var") == 0.93
    assert value(export, "rounds_round_last_run_timestamp_seconds", host="web-01", lane="fast") == 1000
    assert value(export, "rounds_round_last_success_timestamp_seconds", host="web-01", lane="fast") == 1000
    assert value(export, "rounds_round_duration_seconds", host="web-01", lane="fast") == 0.25
    assert value(export, "rounds_section_duration_seconds", host="web-01", collector="memory") == 0.001
    info = {"address": "192.0.2.10", "role": '门户 "Web"', "owner": "值班一组", "location": "机房 A-3"}
    assert value(export, "rounds_host_info", host="web-01", project="portal", groups="web,dmz", **info) == 1


def test_the_page_is_lawful_for_promtool(export):
    for name in ("web-01", "web-02"):
        export.observe(fast(name))
        export.observe(slow(name))
    export.observe(down("web-03"))
    export.add_source(lambda: [Sample("rounds_outbox_letters", 2, help="Letters waiting.")])
    promtool(export.render())
    promtool(page(export) or b"")


def test_the_families_of_the_agent_and_its_process_are_there(export):
    found = names(export)
    assert {"rounds_build_info", "process_cpu_seconds_total", "process_resident_memory_bytes", "python_info"} <= found
    assert "python_gc_collections_total" in found


def test_a_fast_round_keeps_the_series_of_the_slow_lane(export):
    export.observe(slow(at=1000))
    export.observe(fast(at=1010))
    export.observe(fast(at=1070))
    assert value(export, "rounds_pending_updates_security_updates", host="web-01", item="security") == 3
    assert value(export, "rounds_round_last_run_timestamp_seconds", host="web-01", lane="slow") == 1000
    assert value(export, "rounds_round_last_run_timestamp_seconds", host="web-01", lane="fast") == 1070


def test_a_check_that_was_not_due_stays(export):
    export.observe(fast())
    export.observe(replace(fast(), outcomes=(CheckOutcome(MEMORY, (result("memory", 0.6),)),)))
    assert value(export, "rounds_memory_used_ratio", host="web-01", item="memory") == 0.6
    assert value(export, "rounds_check_state", host="web-01", check="disk_usage", item="/") == 0


def test_an_item_that_is_not_reported_any_more_is_gone(export):
    export.observe(fast(mounts=(("/", 0.5), ("/data", 0.7))))
    export.observe(fast(mounts=(("/", 0.5),)))
    assert b"/data" not in export.render()
    assert b"/data" not in (page(export) or b"")


def test_a_check_without_items_leaves_no_family_behind(export):
    export.observe(fast())
    export.observe(replace(fast(), outcomes=(CheckOutcome(DISK),)))
    assert "rounds_disk_usage_used_ratio" not in names(export)


def test_a_host_that_is_down_says_only_so(export):
    export.observe(fast())
    export.observe(slow())
    export.observe(down(at=1060))
    found = names(export)
    assert value(export, "rounds_host_up", host="web-01") == 0
    assert value(export, "rounds_check_not_checked", host="web-01", check="disk_usage", reason="unreachable") == 1
    assert not {"rounds_check_state", "rounds_disk_usage_used_ratio", "rounds_section_duration_seconds"} & found
    assert value(export, "rounds_round_last_run_timestamp_seconds", host="web-01", lane="fast") == 1060
    assert value(export, "rounds_round_last_success_timestamp_seconds", host="web-01", lane="fast") == 1000
    assert page(export, "web-01") is None


def test_a_host_that_comes_back_brings_what_its_slow_lane_said(export):
    export.observe(slow(at=1000))
    export.observe(down(at=1060))
    export.observe(fast(at=1120))
    assert value(export, "rounds_pending_updates_security_updates", host="web-01", item="security") == 3
    assert "rounds_check_not_checked" not in names(export)


def test_a_slow_round_that_failed_takes_its_old_numbers_with_it(export):
    export.observe(slow(at=1000))
    failed = tuple(CheckOutcome(outcome.check, reason=Reason.DEADLINE) for outcome in slow().outcomes)
    export.observe(replace(down(at=1060), lane=Lane.SLOW, outcomes=failed))
    export.observe(fast(at=1120))
    assert "rounds_pending_updates_security_updates" not in names(export)
    assert value(export, "rounds_check_not_checked", host="web-01", check="pending_updates", reason="deadline") == 1


def test_a_round_that_did_not_ask_tells_of_its_checks_only(export):
    export.observe(fast(at=1000))
    outcomes = (CheckOutcome(UPDATES, reason=Reason.UNREACHABLE),)
    export.observe(replace(down(at=1060), lane=Lane.SLOW, outcomes=outcomes, asked=False))
    assert value(export, "rounds_host_up", host="web-01") == 1
    assert value(export, "rounds_check_not_checked", host="web-01", check="pending_updates", reason="unreachable") == 1
    assert value(export, "rounds_check_state", host="web-01", check="disk_usage", item="/") == 0
    assert "rounds_errors_total" not in names(export)
    assert value(export, "rounds_round_last_run_timestamp_seconds", host="web-01", lane="slow") is None
    export.observe(replace(down("db-01", at=1060), asked=False))
    assert value(export, "rounds_host_up", host="db-01") == 0


def test_what_is_not_checked_is_no_state(export):
    export.observe(replace(fast(), outcomes=(CheckOutcome(DISK, reason=Reason.NO_PERMISSION, detail="sudo"),)))
    assert "rounds_check_state" not in names(export)
    assert value(export, "rounds_check_not_checked", host="web-01", check="disk_usage", reason="no_permission") == 1


def test_a_host_and_its_sections_are_as_bad_as_the_worst_of_their_checks(export):
    export.observe(slow())
    export.observe(fast(mounts=(("/", 0.5), ("/var", 0.93))))
    disks = {"host": "web-01", "section": DISK.section}
    assert value(export, "rounds_host_state", host="web-01") == 3
    assert value(export, "rounds_host_section_state", **disks) == 3
    export.observe(fast(mounts=(("/", 0.5),)))
    judged = [found for (name, _), found in series(export.render()).items() if name == "rounds_check_state"]
    assert value(export, "rounds_host_state", host="web-01") == max(judged) < 3


def test_a_check_that_could_not_be_made_is_unknown_to_its_host_and_not_well(export):
    allowed = replace(fast(), outcomes=(CheckOutcome(MEMORY, (result("memory", 0.6),)),))
    export.observe(allowed)
    assert value(export, "rounds_host_state", host="web-01") == 0
    export.observe(replace(allowed, outcomes=(CheckOutcome(MEMORY, reason=Reason.NO_PERMISSION),)))
    assert value(export, "rounds_host_state", host="web-01") == 2
    assert value(export, "rounds_host_section_state", host="web-01", section=MEMORY.section) == 2
    export.observe(replace(allowed, outcomes=(CheckOutcome(MEMORY, reason=Reason.NOT_APPLICABLE),)))
    assert value(export, "rounds_host_state", host="web-01") is None, "nothing is judged"


def test_nobody_knows_how_a_host_that_is_down_stands(export):
    export.observe(fast(mounts=(("/", 0.93),)))
    export.observe(slow())
    export.observe(down())
    assert value(export, "rounds_host_state", host="web-01") == 2
    for section in (DISK.section, UPDATES.section):
        assert value(export, "rounds_host_section_state", host="web-01", section=section) == 2, "worse is not known now"
    export.retain("web-01", {"memory"}, {"memory"})
    assert value(export, "rounds_host_section_state", host="web-01", section=UPDATES.section) is None
    export.observe(fast(mounts=()))
    assert value(export, "rounds_host_state", host="web-01") == 0
    assert value(export, "rounds_host_section_state", host="web-01", section=MEMORY.section) == 0


def test_of_a_host_that_never_answered_no_section_is_known(export):
    export.observe(down())
    assert value(export, "rounds_host_section_state", host="web-01", section=DISK.section) == 2


def test_errors_are_counted_by_reason_and_never_go_backwards(export):
    late = replace(
        fast(),
        outcomes=(CheckOutcome(DISK, reason=Reason.LATE), CheckOutcome(MEMORY, reason=Reason.NOT_APPLICABLE)),
        sections=(SectionTiming("filesystems", None, Reason.LATE), SectionTiming("memory", 0.1, Reason.NOT_APPLICABLE)),
    )
    seen = []
    for report in (late, fast(), slow(), late, down(), down(), fast()):
        export.observe(report)
        seen.append(value(export, "rounds_errors_total", host="web-01", reason="late"))
    assert seen == [1, 1, 1, 2, 2, 2, 2]
    assert value(export, "rounds_errors_total", host="web-01", reason="unreachable") == 2
    assert value(export, "rounds_errors_total", host="web-01", reason="not_applicable") is None


def test_a_check_of_ours_that_broke_is_counted(export):
    export.observe(replace(fast(), outcomes=(CheckOutcome(DISK, reason=Reason.BUG),)))
    assert value(export, "rounds_errors_total", host="web-01", reason="bug") == 1


def test_forget_leaves_nothing(export):
    export.observe(fast())
    export.observe(fast("db-01"))
    export.forget("web-01")
    export.forget("never-was-there")
    assert b"web-01" not in export.render()
    assert value(export, "rounds_host_up", host="db-01") == 1
    assert page(export, "web-01") is None


def test_a_host_that_was_off_rounds_for_a_while_counts_on(export):
    for report in (down(), down(), fast()):
        export.observe(report)
    export.forget("web-01")
    assert "rounds_errors_total" not in names(export)
    export.observe(fast())
    assert value(export, "rounds_errors_total", host="web-01", reason="unreachable") == 2


def test_retain_drops_what_is_not_made_any_more(export):
    export.observe(fast())
    export.retain("web-01", checks=["memory"], collectors=["memory"])
    found = series(export.render())
    assert not [key for key in found if "disk_usage" in str(key) or "filesystems" in str(key)]
    assert value(export, "rounds_memory_used_ratio", host="web-01", item="memory") == 0.4


@pytest.mark.parametrize(
    "item",
    [
        'quo"te', "back\\slash", "new\nline", "\x00\x1b[31mred\x7f", "bidi\u202eevil", "}\n# TYPE x counter\nx 1",
        "lone\udcff", "长" * 10_000, "", " ", "a" * 10_240,
    ],
)  # fmt: skip
def test_hostile_items_stay_within_their_quotes(export, item):
    export.observe(fast(mounts=((item, 0.5), ("/", 0.6))))
    text = export.render()
    states = [
        labels for name, labels in series(text) if name == "rounds_check_state" and ("check", "disk_usage") in labels
    ]
    assert len(states) == 2
    assert max(len(dict(labels)["item"]) for labels in states) <= 200
    assert not any(ord(c) < 32 and c != "\n" for c in text.decode())
    promtool(text)
    promtool(page(export) or b"")


def test_long_items_that_begin_alike_stay_two(export):
    export.observe(fast(mounts=(("a" * 300 + "1", 0.5), ("a" * 300 + "2", 0.6))))
    assert len([1 for name, _ in series(export.render()) if name == "rounds_disk_usage_used_ratio"]) == 2


def test_of_two_items_with_one_name_the_worse_counts(export):
    outcome = CheckOutcome(DISK, (result("/", 0.95, State.CRIT), result("/", 0.1)))
    export.observe(replace(fast(), outcomes=(outcome,)))
    assert value(export, "rounds_check_state", host="web-01", check="disk_usage", item="/") == 3
    assert value(export, "rounds_disk_usage_used_ratio", host="web-01", item="/") == 0.95


def test_numbers_are_written_as_go_reads_them(export):
    numbers = {
        "nan": float("nan"),
        "up": float("inf"),
        "down": float("-inf"),
        "big": 1.7e308,
        "small": 5e-324,
        "int": 2.0**60,
    }
    measurements = tuple(Measurement(name, number) for name, number in numbers.items())
    export.observe(
        replace(fast(), outcomes=(CheckOutcome(MEMORY, (Result("m", State.OK, Text("", ""), measurements),)),))
    )
    for name, number in numbers.items():
        got = value(export, f"rounds_memory_{name}", host="web-01", item="m")
        assert got == number or (name == "nan" and got != got)  # noqa: PLR0124 - NaN is not itself
    promtool(export.render())


def test_sources_are_asked_for_every_scrape_and_share_families(export):
    asked = []

    def lag() -> list[Sample]:
        asked.append(1)
        return [Sample("rounds_exporter_failures_total", len(asked), (("exporter", "mail"),), "x", SampleType.COUNTER)]

    other = Sample("rounds_exporter_failures_total", 7, (("exporter", "log"),), "x", SampleType.COUNTER)
    export.add_source(lag)
    export.add_source(lambda: [other])
    assert value(export, "rounds_exporter_failures_total", exporter="mail") == 1
    assert value(export, "rounds_exporter_failures_total", exporter="mail") == 2
    assert value(export, "rounds_exporter_failures_total", exporter="log") == 7


def test_the_page_of_a_host_has_both_lanes(export):
    export.observe(fast())
    export.observe(slow())
    export.observe(fast(at=1060))
    told = series(page(export))
    assert ("apt_upgrades_pending", (("arch", "amd64"),)) in told
    assert told["node_cpu_seconds_total", (("cpu", "0"), ("mode", "idle"))] == 12.5
    assert page(export, "nobody") is None


def test_a_family_of_the_page_goes_when_all_that_may_have_made_it_ran_without_it(export):
    both = replace(slow(), sections=(SectionTiming("packages", 1.0), SectionTiming("backups", 1.0)))
    export.observe(fast())
    export.observe(both)
    nothing = replace(slow(), samples=())
    export.observe(replace(nothing, sections=(SectionTiming("backups", 1.0),)))
    assert b"apt_upgrades_pending" in (page(export) or b"")
    export.observe(replace(nothing, sections=(SectionTiming("packages", 1.0),)))
    assert b"apt_upgrades_pending" not in (page(export) or b"")


def test_what_every_check_says_of_the_recordings_is_lawful(export):
    """Names that promtool refuses, or that are taken, are found here before somebody's Prometheus finds them."""
    own = {family.name for family in vocabulary.FAMILIES}
    for recording in recordings():
        plugin = catalogue().collectors[recording.collector]
        try:
            facts = plugin.collector.parse(recording.output)
        except SectionError:
            continue
        outcomes = []
        for check in catalogue().checks.values():
            if check.collector == recording.collector:
                with suppress(NotYet):
                    results = tuple(check.check.judge(facts, check.check.params(), Past()))
                    outcomes.append(CheckOutcome(check.card, results))
        measured = [(o.check, m) for o in outcomes for r in o.results for m in r.measurements]
        assert not own & {rounds.measurement_family(check, measurement).name for check, measurement in measured}
        report = replace(fast(f"{recording.collector}-{recording.system}"), outcomes=tuple(outcomes), samples=())
        export.observe(report)
    text = export.render()
    series(text)
    promtool(text)


def test_scrapes_and_rounds_at_the_same_time(export):
    def scrape() -> None:
        for _ in range(30):
            series(export.render())

    def go_round(name: str) -> None:
        for make in (fast, slow, down) * 40:
            export.observe(make(name))

    with ThreadPoolExecutor() as pool:
        at_work = [pool.submit(scrape), *(pool.submit(go_round, f"host-{n}") for n in range(3))]
    for ended in at_work:
        ended.result()


def test_a_thousand_hosts_are_joined_quickly(export):
    card = CheckCard("wide", Text("Wide", "宽"), Layer.NETWORK, Section.SERVERS)
    results = tuple(
        Result(f"eth{i}", State.OK, Text("", ""), tuple(Measurement(f"m{n}", i + n) for n in range(9)))
        for i in range(10)
    )
    for n in range(1000):
        export.observe(replace(fast(), host=host(f"host-{n:04}"), outcomes=(CheckOutcome(card, results),)))
    begun = time.perf_counter()
    text = export.render()
    assert text.count(b"\n") > 100_000
    assert time.perf_counter() - begun < 1  # in truth a few milliseconds


def test_samples_twice_are_told_once():
    twice = [Sample("node_load1", 1), Sample("node_load1", 2)]
    assert rendered(twice).blocks() == {"node_load1": b"node_load1 2\n"}
