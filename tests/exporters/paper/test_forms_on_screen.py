"""The page of the forms as a browser sets it: nothing is printed over its neighbour."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.contract import Reason
from exporters.forms import FormsSettings
from exporters.paper.edition import Edition, FileFormat
from tests.exporters.rich_day import rich

BROWSER = shutil.which("chromium")
POLICY = re.compile(r"<meta[^>]*Content-Security-Policy[^>]*>")
MEASURE = """<script>
const over = [];
for (const value of document.querySelectorAll("td > .value")) {
  const cell = value.parentElement.getBoundingClientRect(), text = document.createRange();
  text.selectNodeContents(value);
  for (const box of text.getClientRects())
    if (box.width > 0 && (box.right > cell.right + 1 || box.left < cell.left - 1)) over.push(value.textContent.trim());
}
document.title = JSON.stringify({over, cells: document.querySelectorAll("td").length});
</script></body>"""


@pytest.mark.skipif(BROWSER is None, reason="no chromium here")
@pytest.mark.parametrize("width", [1280, 500])
def test_no_text_leaves_its_cell(tmp_path: Path, width: int) -> None:
    day = rich()
    hosts = tuple(replace(line, checked=False, reason=Reason.REFUSED) for line in day.hosts[:2])
    day = replace(day, hosts=(*hosts, *day.hosts[2:]))
    page = str(Edition(day, FormsSettings()).forms(FileFormat.HTML, "en"))
    file = tmp_path / "forms.html"
    file.write_text(POLICY.sub("", page).replace("</body>", MEASURE), encoding="utf-8")
    options = ("--headless", "--no-sandbox", "--disable-gpu", f"--window-size={width},2000", "--dump-dom")
    done = subprocess.run(
        [str(BROWSER), *options, f"--user-data-dir={tmp_path}/browser", file.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    titled = re.search("<title>(.*?)</title>", done.stdout)
    assert titled is not None
    seen = json.loads(titled[1])
    assert seen["cells"] > 100
    assert seen["over"] == []
