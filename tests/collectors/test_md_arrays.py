import re
import shutil
import subprocess
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import TypeAdapter

from collectors import md_arrays
from collectors.contract import UnreadableOutput
from collectors.contract.reading import blocks
from collectors.md_arrays import MDSTAT, MdArrays, compare, parse
from collectors.mdstat import Activity, Array, Member
from tests.collectors.in_shells import every_shell, printed
from tests.recordings_on_disk import Recording, recordings

EXPORTER = shutil.which("prometheus-node-exporter") or shutil.which("node_exporter")
RECORDED = [r for r in recordings() if r.collector == "md_arrays" and MDSTAT in r.output]
WHOLE = Array("md0", Activity.ACTIVE, None, "raid1", (Member("sda1"), Member("sdb1")), 512, 2, 2, False, False, None, 0)


@every_shell
def test_only_what_the_kernel_says_of_arrays_is_read(shell: list[str]) -> None:
    paths = [path for path in blocks(printed(md_arrays.COLLECTOR, shell)) if path]
    assert all(path == "/proc/mdstat" or path.endswith("/md/array_state") for path in paths)


def test_spares_are_held_against_the_first_look() -> None:
    with_spare = replace(WHOLE, members=(*WHOLE.members, Member("sdc1", spare=True)), first_spares=1)
    used = replace(WHOLE, first_spares=0)
    later = compare(MdArrays((with_spare,)), MdArrays((used,)))
    assert [array.first_spares for array in later.arrays] == [1]
    assert compare(later, MdArrays((used,))).arrays[0].first_spares == 1


def test_an_array_that_is_gone_stays_so_until_it_is_back() -> None:
    gone = compare(MdArrays((WHOLE,)), MdArrays(()))
    assert gone.gone == (WHOLE,)
    assert compare(gone, MdArrays(())).gone == (WHOLE,)
    assert compare(gone, MdArrays((WHOLE,))).gone == ()


def test_an_array_with_another_name_is_not_gone() -> None:
    renamed = replace(WHOLE, name="md127", members=WHOLE.members[:1])
    assert compare(MdArrays((WHOLE,)), MdArrays((renamed,))).gone == ()


def test_facts_are_kept() -> None:
    kept = TypeAdapter(MdArrays)
    for recording in RECORDED:
        facts = parse(recording.output)
        assert kept.validate_json(kept.dump_json(facts)) == facts
    assert md_arrays.COLLECTOR.keep_facts


@pytest.mark.parametrize(
    "stanza",
    [
        "md0 : active",
        "md0 : asleep raid1 sda1[0]",
        "md0 : active raid1 sda1\n      5 blocks [2/2] [UU]",
        "md0 : active raid1 sda1[0]\n      five blocks [2/2] [UU]",
        "md0 : active raid1 sda1[0]\n      5 blocks super 1.2",
        "md0 : active raid0 sda1[0]\n      5 blocks\n\nmd0 : active raid0 sda1[0]\n      5 blocks",
        "md0 : active raid1 sda1[0]\n      5 blocks [2/2] [UU]\n      check = 1% (1/2) finish=nanmin speed=1K/sec",
    ],
)
def test_what_is_no_array_is_refused(stanza: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(f"== {MDSTAT}\nPersonalities : [raid1]\n{stanza}\n")


@pytest.mark.skipif(EXPORTER is None, reason="no node_exporter here")
@pytest.mark.parametrize("recording", [r for r in RECORDED if "REMOTE" not in r.output], ids=lambda r: r.system)
def test_samples_are_those_of_node_exporter(recording: Recording, tmp_path: Path) -> None:
    (tmp_path / "mdstat").write_text(blocks(recording.output)[MDSTAT], "utf-8")
    assert md_arrays.COLLECTOR.samples
    ours = {(s.name, s.labels, s.value, s.help) for s in md_arrays.COLLECTOR.samples(parse(recording.output))}
    theirs = node_exporter_says(tmp_path)
    # It knows nothing of broken arrays, and no file with REMOTE at all.
    odd = {array.name for array in parse(recording.output).arrays if array.activity is Activity.BROKEN}
    assert {s for s in ours if s[1][0][1] not in odd} == {s for s in theirs if s[1][0][1] not in odd}


def node_exporter_says(proc: Path) -> set[tuple[str, tuple[tuple[str, str], ...], float, str]]:
    argv = [str(EXPORTER), "--web.listen-address=127.0.0.1:0", "--collector.disable-defaults", "--collector.mdadm"]
    running = subprocess.Popen([*argv, f"--path.procfs={proc}"], stderr=subprocess.PIPE, text=True)
    try:
        assert running.stderr is not None
        port = next(found[1] for line in running.stderr if (found := re.search(r"127\.0\.0\.1:([1-9]\d*)", line)))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            families = list(text_string_to_metric_families(answer.read().decode()))
    finally:
        running.kill()
        running.wait()
    return {
        (sample.name, tuple(sorted(sample.labels.items())), sample.value, family.documentation)
        for family in families
        for sample in family.samples
        if sample.name.startswith("node_md_")
    }
