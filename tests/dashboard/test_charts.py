import numpy as np
import pandas as pd
import pytest

from dashboard.parts import charts

COUNTS = np.arange(11)


def spec(chart):
    return chart.to_dict()


@pytest.mark.parametrize("suggested", [None, 0.4, 7.0])
def test_the_threshold_is_data_so_that_the_browser_keeps_the_chart(suggested):
    first, one = charts.small_histogram(COUNTS, 1.0, 0.3, suggested)
    second, other = charts.small_histogram(COUNTS, 1.0, 0.6, suggested)
    assert one == other
    assert not first.equals(second)
    assert (first["kind"] == "suggested").sum() == (suggested == 0.4)


def test_bars_pass_or_do_not():
    rows, _ = charts.small_histogram(COUNTS, 1.0, 0.3, None)
    bars = rows[rows["kind"] == "bar"]
    assert list(bars["passes"]) == ["passes"] * 3 + ["does not"] * 7
    assert list(bars["pairs"]) == list(COUNTS[:-1])


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("groups", [None, {"within a": COUNTS, "a ↔ b": COUNTS}])
def test_the_histogram_has_titles_and_a_named_selection(log, groups):
    drawn = spec(charts.histogram(COUNTS, 2.0, 0.5, 0.4, log=log, groups=groups))
    text = str(drawn)
    assert "frame pairs" in text
    assert "distance of two frames" in text
    assert any(p["name"] == "bar" for p in drawn["params"])


def test_a_curve_tells_matches_from_deviating_and_from_what_is_around():
    chart = charts.curve(np.arange(10.0), np.array([9, 1, 1, 9, np.nan, 1, 1, 1, 9, 9.0]), 2.0, (1.0, 7.0), "distance")
    data = next(iter(d for d in spec(chart)["datasets"].values() if "what" in d[0] and len(d) == 9))
    assert [d["what"] for d in data] == [
        "around it",
        "matches",
        "matches",
        "deviates",
        "matches",
        "matches",
        "matches",
        "around it",
        "around it",
    ]


def test_many_partners_end_in_all_others():
    partners = [f"p{n}" for n in range(8)] + ["all others"]
    table = pd.DataFrame({"video": "v", "with": partners, "seconds": 1.0, "rank": range(9), "time": "x"})
    drawn = spec(charts.ranking(table, ["v"], partners))
    assert drawn["encoding"]["color"]["scale"]["range"][-1] == charts.SERIES[-1]
    assert len(set(drawn["encoding"]["color"]["scale"]["range"])) == 9


def test_marks_stand_out_from_both_grounds():
    def lightness(colour):
        red, green, blue = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
        return 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2

    for ground in ("#fdfcfa", "#17181a"):
        for colour in (charts.PASSES, charts.REST, charts.MARK):
            light, dark = sorted((lightness(ground), lightness(colour)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 3
