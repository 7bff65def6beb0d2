import pytest

from dashboard.shell.scale import Scale, nice, scale_of


@pytest.mark.parametrize(
    ("value", "up", "down"), [(118, 120, 100), (0.0031, 0.004, 0.002), (1, 1, 1), (0.99, 1, 0.5), (20000, 20000, 20000)]
)
def test_nice_numbers_are_next_to_the_value(value, up, down):
    assert nice(value) == pytest.approx(up)
    assert nice(value, down=True) == pytest.approx(down)


def test_the_slider_covers_the_suggestion_and_has_fine_steps(view):
    scale = scale_of(view)
    assert 0 < scale.start < scale.top
    assert scale.top / scale.step >= 500
    assert scale.suggested == pytest.approx(view.threshold.value)


def test_at_the_suggestions_place_the_threshold_is_the_suggestion_itself():
    scale = Scale(top=1, step=0.001, start=0.239, suggested=0.2387397289, reason="")
    assert scale.exact(scale.snapped(0.2387397289)) == 0.2387397289
    assert scale.exact(0.24) == 0.24


def test_the_suggestion_is_remembered(view, monkeypatch):
    scale_of(view)
    monkeypatch.setattr(type(view), "threshold", property(lambda self: pytest.fail("computed again")))
    import streamlit as st

    st.cache_resource.clear()
    assert scale_of(view).suggested is not None


def test_the_format_shows_every_step():
    assert Scale(1, 0.001, 0, None, "").format == "%.3f"
    assert Scale(500, 0.5, 0, None, "").format == "%.1f"
    assert Scale(5000, 5, 0, None, "").format == "%.0f"
