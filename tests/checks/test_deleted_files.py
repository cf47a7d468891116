import pytest

from checks.contract import Result, State
from checks.deleted_files import DeletedFilesParams, evaluate
from collectors.deleted_files import DeletedFiles
from collectors.deletions import DeletedFile

GIB = 1024**3


def judged(*files: DeletedFile, others: int = 0, **params: object) -> Result:
    used = sum(file.used_bytes for file in files) + 4096 * others
    facts = DeletedFiles(len(files) + others, used, files, ())
    (result,) = evaluate(facts, DeletedFilesParams.model_validate(params))
    return result


def test_none() -> None:
    found = judged()
    assert (found.item, found.state, found.summary.en) == ("deleted files", State.OK, "none in use")
    assert [measurement.value for measurement in found.measurements] == [0, 0]


@pytest.mark.parametrize(
    ("size", "state"), [(GIB - 1, State.OK), (GIB, State.WARN), (10 * GIB - 1, State.WARN), (10 * GIB, State.CRIT)]
)
def test_levels(size: int, state: State) -> None:
    assert judged(DeletedFile("/var/log/a", size, ("java",))).state is state


def test_the_biggest_are_named_with_their_process() -> None:
    files = (
        DeletedFile("/var/log/app.log", 12 * GIB, ("java", "sh", "tail")),
        DeletedFile("/srv/old", GIB, ("tar",)),
        DeletedFile("/tmp/x", GIB, ("y",)),
    )
    found = judged(*files, others=3)
    assert found.summary.en == (
        "14 GiB in 6 files (crit at 10 GiB): 12 GiB /var/log/app.log (java, sh); 1 GiB /srv/old (tar)"
    )
    assert found.summary.zh == (
        "6 个文件占用 14 GiB(严重阈值 10 GiB):12 GiB /var/log/app.log (java, sh); 1 GiB /srv/old (tar)"
    )
    assert judged(others=1).summary.en == "4 KiB in 1 file"


def test_levels_of_the_organisation() -> None:
    assert judged(DeletedFile("/a", GIB, ("x",)), used={"warn": "10MB", "crit": "500MB"}).state is State.CRIT
    assert judged(DeletedFile("/a", 100 * GIB, ("x",)), used=None).state is State.OK
