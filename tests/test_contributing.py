"""CONTRIBUTING's walk-throughs do what they say, in a copy of the source tree."""

import hashlib
import os
import subprocess
from pathlib import Path

import pytest

from tests.documents import ROOT, Block, blocks, copied_tree

GUIDE = ROOT / "CONTRIBUTING.md"


def follow(steps: list[Block], tree: Path) -> str:
    """Do what the guide says; returns everything the commands printed."""
    said = []
    for step in steps:
        if step.language == "python":
            (tree / step.mark).write_text(step.text, "utf-8")
            continue
        environment = {name: value for name, value in os.environ.items() if name != "ROUNDS_CONFIG"}
        environment |= {"PYTHONPATH": str(tree), "COLUMNS": "200"}
        for command in step.text.strip().splitlines():
            done = subprocess.run(
                ["/bin/sh", "-c", command],
                cwd=tree,
                env=environment,
                capture_output=True,
                text=True,
                timeout=110,
                check=False,
            )
            # `rounds check` ends with 1 or 2 when this machine is not well; that is no fault of the guide.
            assert done.returncode in ((0, 1, 2) if " check this-machine" in command else (0,)), (
                f"{command}\n{done.stdout}{done.stderr}"
            )
            said.append(done.stdout + done.stderr)
    return "\n".join(said)


def contents(tree: Path) -> dict[str, str]:
    """Every file below a folder with a digest, but for what tools leave behind."""
    return {
        str(path.relative_to(tree)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in tree.rglob("*")
        if path.is_file() and not any(p.startswith(".") or p == "__pycache__" for p in path.relative_to(tree).parts)
    }


def steps_about(name: str) -> list[Block]:
    marked = [step for step in blocks(GUIDE) if step.mark == "test" or step.language == "python"]
    return [step for step in marked if name in step.mark + step.text]


@pytest.mark.parametrize(
    ("name", "added"),
    [
        ("long_uptime", {"checks/long_uptime.py", "tests/checks/test_long_uptime.py"}),
        ("semaphores", {"checks/semaphores.py", "collectors/semaphores.py"}),
    ],
)
@pytest.mark.timeout(400)
def test_walk_through(name: str, added: set[str], tmp_path: Path) -> None:
    tree = copied_tree(tmp_path)
    # Whoever writes a check begins from a reference that is up to date.
    follow([Block("sh", "test", ".venv/bin/python -m docs.generate\n")], tree)
    before = contents(tree)
    said = follow(steps_about(name), tree)
    after = contents(tree)

    new = {path for path in after if path not in before}
    generated = {path for path in new if path.startswith(("docs/reference/", "tests/recordings/"))}
    assert new - generated == added
    assert f"docs/reference/checks/{name}.md" in generated
    edited = {path for path in before if before[path] != after.get(path)}
    assert edited, "the reference must mention the new check"
    assert all(path.startswith("docs/reference/") for path in edited), "no file may have to be edited by hand"
    assert f"{name}" in (tree / "docs/reference/checks.md").read_text("utf-8")
    assert "1 of 1 host checked, 1 item" in said


def test_what_new_check_begins_is_clean(tmp_path: Path) -> None:
    """The scaffolds pass the checks of style and type as they are, for a new collector and for those there are."""
    tree = copied_tree(tmp_path)
    names = sorted(path.stem for path in (tree / "collectors").glob("*.py") if path.stem != "__init__")
    commands = [".venv/bin/rounds new-check brand_new"]
    commands += [f".venv/bin/rounds new-check reads_{name} --reads {name}" for name in names[:: len(names) // 4]]
    follow([Block("sh", "test", "\n".join(commands))], tree)
    begun = "checks/brand_new.py collectors/brand_new.py checks/reads_*.py"
    follow([Block("sh", "test", f".venv/bin/ruff check {begun}\n.venv/bin/ruff format --check {begun}")], tree)
    follow([Block("sh", "test", f".venv/bin/mypy {begun}")], tree)
