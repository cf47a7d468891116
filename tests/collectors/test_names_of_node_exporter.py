"""Whatever any host was seen to answer, what is told of it under a name of node_exporter is told as that does."""

from collections.abc import Iterator

import pytest

from agent.catalogue import catalogue
from collectors.contract import Sample, SectionError
from tests.collectors.node_families import recorded
from tests.recordings_on_disk import recordings

UNSEEN = {
    "node_memory_",  # whatever a kernel has in its file
    "node_netstat_",  # likewise
    "node_vmstat_",  # likewise
    "node_hwmon_",  # whatever a sensor has
    "node_pressure_irq_stalled_seconds_total",  # since 1.8
    "node_softnet_",  # four of them since 1.6
    "node_systemd_service_restart_total",  # only where it is asked for
    "node_btrfs_",  # needs a mounted one
    "node_selinux_c",  # needs a kernel with it: config_mode and current_mode
    "node_ipmi_",  # of the scripts for its textfile collector, as those of apt and smartmon
    "node_reboot_required",  # likewise
}
"""Beginnings of names that were not seen on the recorded pages, and why they are right all the same."""

FAMILIES = recorded()
COLLECTORS = sorted(name for name, plugin in catalogue().collectors.items() if plugin.collector.samples)


def samples_of(name: str) -> Iterator[Sample]:
    """Of all its recordings, with their own look before as the previous one."""
    collector = catalogue().collectors[name].collector
    assert collector.samples is not None
    for recording in recordings():
        if recording.collector == name:
            try:
                facts = collector.parse(recording.output)
            except SectionError:
                continue
            yield from collector.samples(facts)


@pytest.mark.parametrize("name", COLLECTORS)
def test_type_labels_and_help(name: str) -> None:
    seen = {(s.name, s.type, tuple(sorted(label for label, _ in s.labels)), s.help) for s in samples_of(name)}
    for metric, kind, labels, text in sorted(seen):
        family = FAMILIES.get(metric)
        if family is None:
            assert not metric.startswith("node_") or metric.startswith(tuple(UNSEEN)), metric
            continue
        assert (family.kind.replace("unknown", "untyped"), family.help) == (kind, text), metric
        if metric == "node_dmi_info":  # a label for each value that the machine has
            assert set(labels) <= set(family.labels)
        else:
            assert labels == family.labels, metric


def test_the_list_is_one_of_a_real_node_exporter() -> None:
    assert len(FAMILIES) > 300
    assert FAMILIES["node_network_info"].labels == (
        *("address", "broadcast", "device", "duplex", "ifalias", "operstate"),
    )
