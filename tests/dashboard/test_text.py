import pytest

from dashboard.parts import text


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(6, "6 s"), (0.5, "0.5 s"), (89, "89 s"), (245, "4 min 5 s"), (120, "2 min"), (3720, "1 h 2 min"), (3600, "1 h")],
)
def test_lengths_are_short(seconds, written):
    assert text.length(seconds) == written


def test_names_are_no_markdown():
    name = "*a* _b_ `c` [d](e) $f$ :red[g] :material/home: <b> # ~h~ | 1."
    assert text.plain(name).replace("\\", "") == name
    for mark in "*_`[]()$:<>#~|.":
        assert f"\\{mark}" in text.plain(name) or mark not in name


def test_names_are_no_html():
    assert text.markup('<img src=x onerror="y">') == "&lt;img src=x onerror=&quot;y&quot;&gt;"


def test_a_shortened_name_keeps_both_ends():
    short = text.shortened("The harbour remembers, part 12", 20)
    assert len(short) == 20
    assert short.startswith("The harb")
    assert short.endswith("part 12")


def test_titles_tell_names_apart():
    names = ["a/Film.mp4", "b/Film.mp4", "a/Other.mp4", "x" * 200 + "1.mp4", "x" * 200 + "2.mp4"]
    titles = text.distinct_titles(names, 30)
    assert len(set(titles.values())) == len(names)
    assert titles["a/Other.mp4"] == "Other"
    assert titles["a/Film.mp4"] == "a/Film.mp4"
