"""The report of a comparison is one file: it opens anywhere and asks nobody for anything."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dispatch.simulator.compare.days import compare
from dispatch.simulator.compare.policy import POLICIES
from dispatch.simulator.compare.report import report
from tests.simulator.compare.days import small_day


class Seen(HTMLParser):
    """What a page refers to, and what it is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.references: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.references += [value or "" for name, value in attrs if name in {"src", "href", "data", "style"}]


@pytest.fixture(scope="module")
def page() -> str:
    day = small_day(30, 30)
    found = compare(day, [POLICIES["nearest"], POLICIES["greedy"]], lambda _title, _share: None)
    return report(day, found, how="Over the pure engine.")


def test_it_refers_to_nothing_outside_itself_and_runs_nothing(page: str) -> None:
    seen = Seen()
    seen.feed(page)

    assert seen.references == []
    assert "script" not in seen.tags
    assert all(address.strip("'\"").startswith("data:") for address in re.findall(r"url\(([^)]*)", page))
    assert "@import" not in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page


def test_every_chart_has_its_table(page: str) -> None:
    seen = Seen()
    seen.feed(page)

    assert seen.tags.count("table") == seen.tags.count("section") - 1 >= 9
    assert page.count("Nearest driver") > 9


def test_the_command_writes_it_prints_the_seed_and_the_figures_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "day.html"
    asked = ["--orders", "20", "--trips", "20", "--seed", "7", "--policies", "nearest,greedy", "--date", "2026-06-05"]

    texts = []
    for _ in range(2):
        call_command("simulate_day", *asked, "--json", "--report", str(target))
        texts.append((capsys.readouterr(), target.read_bytes()))

    (first, page), (second, again) = texts
    assert (first.out, page) == (second.out, again)
    assert "seed 7" in first.err
    told = json.loads(first.out)
    assert told["seed"] == 7
    assert [one["policy"] for one in told["days"]] == ["nearest", "greedy"]
    assert {one["placed"] for one in told["days"]} == {20}


def test_what_cannot_be_done_is_said_in_words() -> None:
    with pytest.raises(CommandError, match="There is no policy fastest"):
        call_command("simulate_day", "--policies", "fastest")
    with pytest.raises(CommandError, match="--replay needs --market"):
        call_command("simulate_day", "--replay", "2026-06-05")
    with pytest.raises(CommandError, match="homeward-1h runs over the pure engine only"):
        call_command("simulate_day", "--real", "--policies", "homeward-1h")
