"""The page that a comparison makes."""

from tests.compatibility.comparison import Comparison, Row
from tests.compatibility.judgement import Agreement, Timing, Verdict
from tests.compatibility.query import Query
from tests.compatibility.table import Occasion, Share, page

OCCASION = Occasion("2026-01-02", ("With this.",), Timing(5, 5, 60), {"bare": Share(9, 10)})


def row(host: str, name: str, agreement: Agreement, here: int, there: int, *remarks: str) -> Row:
    query = Query("Any, version 1", "Row", "Panel", "A", f'{name}{{state=~"a|b",instance="$instance"}}')
    return Row(host, query, Verdict(agreement, here, there, remarks, ("a reason",) if here == there == 2 else ()))


def test_it_counts_names_what_is_amiss_and_lists_every_query() -> None:
    written = page(
        Comparison([
            row("one", "node_a", Agreement.AGREES, 2, 2),
            row("two", "node_a", Agreement.DIFFERS, 1, 1, "{} is 1 here, and 2 to 2 there"),
            row("one", "node_b", Agreement.MISSING, 0, 1),
            row("two", "node_b", Agreement.MISSING, 0, 1),
            row("one", "node_c", Agreement.QUIET, 0, 0),
            row("two", "node_c", Agreement.ONLY_HERE, 1, 0),
        ]),
        OCCASION,
    )  # fmt: skip
    assert "| Any, version 1 | two | 3 | 2 | 1 | 50.0% | 1 | 1 |" in written
    assert "| **all** | | 6 | 4 | 2 | 50.0% | 1 | 1 |" in written
    assert "**Not reached.**" in written
    assert "- bare: 9 of 10 (90.0%)" in written
    assert '- `node_b{state=~"a\\|b"}`: no data here, one, two (Panel)' in written
    assert "  - `{} is 1 here, and 2 to 2 there`" in written
    assert "- a reason (queries: 1)" in written
    assert '| Row: Panel A | `node_a{state=~"a\\|b"}` | 2 / 2 agrees, 1 left out | 1 / 1 differs |' in written
    assert '| Row: Panel A | `node_c{state=~"a\\|b"}` | – | 1 / 0 data here only |' in written


def test_it_says_when_all_is_well() -> None:
    written = page(Comparison([row("one", "node_a", Agreement.AGREES, 1, 1)]), OCCASION)
    assert "**Reached.**" in written
    assert "Nothing." in written
