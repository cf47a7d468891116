"""The documents are true: links lead somewhere, commands run, configurations load, the reference is up to date."""

import os
import subprocess
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest

from agent.config import load
from docs.generate import REFERENCE
from tests.documents import ROOT, Block, blocks, copied_tree, headings, links, markdown_files

GUIDES = [path for path in markdown_files() if path.name != "CONTRIBUTING.md" and "reference" not in path.parts]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def marked(language: str) -> list[object]:
    return [
        pytest.param(block, id=f"{relative(path)}-{number}")
        for path in GUIDES
        for number, block in enumerate(blocks(path))
        if block.language == language and block.mark == "test"
    ]


def test_the_reference_is_up_to_date() -> None:
    assert [relative(path) for path in REFERENCE.stale()] == [], "make docs"


def test_stale_files_are_named(tmp_path: Path) -> None:
    copy = replace(REFERENCE, folder=tmp_path)
    copy.write()
    assert copy.stale() == []
    (tmp_path / "checks" / "gone.md").write_text("a check that is no more", "utf-8")
    (tmp_path / "metrics.md").write_text("changed by hand", "utf-8")
    (tmp_path / "collectors.md").unlink()
    assert [path.name for path in copy.stale()] == ["gone.md", "collectors.md", "metrics.md"]
    copy.write()
    assert copy.stale() == []


@pytest.mark.parametrize("path", markdown_files(), ids=relative)
def test_links_lead_somewhere(path: Path) -> None:
    for link in links(path):
        if "://" in link or link.startswith("mailto:"):
            continue
        place, _, anchor = unquote(link).partition("#")
        target = (path.parent / place).resolve() if place else path
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in headings(target), link


def test_every_page_can_be_found() -> None:
    """From the README, by following links."""
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md" or not page.is_file():
            continue
        reached.add(page)
        waiting += [(page.parent / link.partition("#")[0]).resolve() for link in links(page) if "://" not in link]
    docs = {path for path in markdown_files() if path.is_relative_to(ROOT / "docs")}
    assert {relative(path) for path in docs - reached} == set()


def sh_blocks(name: str) -> list[Block]:
    return [block for block in blocks(ROOT / name) if (block.language, block.mark) == ("sh", "test")]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["README.md", "docs/tutorial/first-round.md"])
def test_commands_run(name: str, tmp_path: Path) -> None:
    """The `sh test` blocks, in a fresh copy, one after the other."""
    tree = copied_tree(tmp_path)
    commands = [line for b in sh_blocks(name) for line in b.text.strip().splitlines()]
    assert commands
    environment = {key: value for key, value in os.environ.items() if key != "ROUNDS_CONFIG"}
    environment |= {"PYTHONPATH": str(tree), "COLUMNS": "120"}
    for command in commands:
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        # A round ends with how this machine is.
        fine = (0, 1, 2, 3) if "rounds check" in command else (0,)
        assert done.returncode in fine, f"{command}\n{done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr
        assert "rounds check" not in command or " checked, " in done.stdout, done.stderr


@pytest.mark.parametrize("block", marked("yaml"))
def test_configurations_load(block: Block, tmp_path: Path) -> None:
    """The `yaml test` blocks are whole configurations, or sections of one."""
    text = block.text if "\nhosts:" in f"\n{block.text}" else f"{block.text}\nhosts: [{{name: web-01, agent: true}}]\n"
    text = text if "\nsystem:" in f"\n{text}" else f"system: Test\n{text}"
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    assert load(path, check_files=False).hosts
