"""The files for other people hold all sequences and the settings, and take names as text."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from tests.export.conftest import NAMES
from vrd_core import export
from vrd_core.export import to_excel, to_html, to_json
from vrd_core.project.found import Found


def test_excel(found: Found, tmp_path: Path) -> None:
    data = to_excel(found, tmp_path / "found.xlsx")
    assert (tmp_path / "found.xlsx").read_bytes() == data
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Sequences", "Videos", "Settings"]
    rows = list(book["Sequences"].values)
    assert len(rows) == 3
    assert rows[0][:3] == ("Video A", "from", "to")
    assert rows[1][:7] == (NAMES[0], "0:00:00", "0:00:05", NAMES[1], "0:00:03", "0:00:08", 5)
    assert rows[1][7] == 0.01235 or rows[1][7] == 0.01234
    cell = book["Sequences"]["A2"]
    assert cell.data_type == "s"
    assert [r[0] for r in book["Videos"].values][1:] == list(NAMES)
    settings = dict(list(book["Settings"].values)[1:])
    assert settings["Layer"] == "fingerprint"
    assert settings["Maximum distance"] == "0.25"
    assert "not proof" in settings["Note"]


def test_excel_leaves_out_what_a_cell_cannot_hold(found: Found, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [{**r, "video_a": "bell\x07 and half \ud800 pair"} for r in found.rows()]
    monkeypatch.setattr(Found, "rows", lambda _: rows)
    book = openpyxl.load_workbook(io.BytesIO(to_excel(found)))
    assert book["Sequences"]["A2"].value == "bell� and half � pair"


def test_json(found: Found, tmp_path: Path) -> None:
    values = json.loads(to_json(found, tmp_path / "found.json"))
    assert json.loads((tmp_path / "found.json").read_text(encoding="utf-8")) == values
    assert [s["video_a"] for s in values["sequences"]] == [NAMES[0]] * 2
    assert values["settings"]["sequences"]["max_distance"] == 0.25
    assert values["settings"]["fingerprints"]["layer"] == "fingerprint"
    assert values["problems"][0]["reason"] == "damaged"


class _Seen(HTMLParser):
    """What tags a document has, and what its pictures and links lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]


def test_report_is_self_contained(found: Found, tmp_path: Path) -> None:
    text = to_html(found, tmp_path / "found.html")
    assert (tmp_path / "found.html").read_text(encoding="utf-8") == text
    seen = _Seen()
    seen.feed(text)
    assert seen.tags.count("article") == 2
    assert not {"script", "link", "iframe", "b_"} & set(seen.tags)
    assert len(seen.addresses) == 2
    assert all(a.startswith("data:image/jpeg;base64,") for a in seen.addresses)
    assert "http://" not in text
    assert "https://" not in text
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "A &amp; &lt;b&gt;B&lt;/b&gt;" in text
    assert "not proof" in text
    assert "<td>Layer</td><td>fingerprint</td>" in text


def test_report_shows_the_longest_first_and_the_rest_in_the_table(found: Found) -> None:
    text = to_html(found, strips=1)
    assert text.count("<article>") == 1
    assert "The 1 shorter sequences are in the table" in text
    spans = re.findall(r"<b>(\d:\d\d:\d\d)</b>", text)
    assert spans == ["0:00:08"]
    assert text.count('<td class="num">0:00:0') >= 4


def test_nothing_heavy_is_loaded_to_list_the_writers() -> None:
    code = (
        "import sys, vrd_core.export as e; assert sorted(e.__all__) == e.__all__; "
        "assert not {'openpyxl', 'PIL', 'pandas', 'tensorflow', 'streamlit'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, cwd=Path(export.__file__).parents[2])


def test_unknown_writer() -> None:
    with pytest.raises(AttributeError, match="to_pdf"):
        _ = export.to_pdf
