"""Settings refuse what makes no sense and say what is allowed."""

from dataclasses import FrozenInstanceError

import pytest

from vrd_core.errors import SettingsError
from vrd_core.settings import FingerprintSettings, FrameSettings, SearchSettings, SequenceSettings

ALL = (FrameSettings, FingerprintSettings, SearchSettings, SequenceSettings)


@pytest.mark.parametrize(
    ("cls", "name", "value"),
    [
        (FrameSettings, "fps", 0.05),
        (FrameSettings, "fps", 26),
        (FrameSettings, "fps", float("nan")),
        (FrameSettings, "fps", "1"),
        (FrameSettings, "fps", True),
        (FrameSettings, "short_side", 8),
        (FrameSettings, "quality", 101),
        (FingerprintSettings, "network", ""),
        (FingerprintSettings, "pooling", "max"),
        (FingerprintSettings, "normalise", "yes"),
        (SearchSettings, "neighbours_considered", 0),
        (SearchSettings, "neighbours_considered", 2.5),
        (SearchSettings, "scope", "all"),
        (SearchSettings, "index", ""),
        (SearchSettings, "score", "cosine"),
        (SequenceSettings, "max_distance", "low"),
        (SequenceSettings, "max_distance", -1),
        (SequenceSettings, "shortest_sequence", -1),
        (SequenceSettings, "allow_skip", -1),
        (SequenceSettings, "allow_skip", 1.5),
        (SequenceSettings, "alignment", "dtw"),
    ],
)
def test_a_senseless_value_is_refused_with_what_was_received(cls, name, value):
    with pytest.raises(SettingsError, match=rf"{name} must be .*Received: ") as caught:
        cls(**{name: value})
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("cls", ALL)
def test_settings_are_frozen_and_go_through_json(cls):
    settings = cls()
    assert cls.from_dict(settings.to_dict()) == settings
    with pytest.raises(FrozenInstanceError):
        settings.fps = 2
    with pytest.raises(SettingsError, match="Received"):
        cls.from_dict({"unheard_of": 1})


def test_the_key_differs_with_every_value():
    keys = {
        FrameSettings().key(),
        FrameSettings(fps=2).key(),
        FrameSettings(quality=80).key(),
        FrameSettings(short_side=256).key(),
    }
    assert len(keys) == 4
    assert FrameSettings(fps=1).key() == FrameSettings(fps=1.0).key()


def test_the_usual_choice_is_none_and_an_empty_text_in_records_and_keys():
    prints, search = FingerprintSettings(), SearchSettings()
    assert (prints.layer, prints.weights, prints.pooling, prints.normalise, search.score) == (None,) * 5
    assert (prints.to_dict()["layer"], prints.to_dict()["normalise"], search.to_dict()["score"]) == ("", None, "")
    assert '"layer":"","mirrored":false,"network":"reusenet","normalise":null,"pooling":""' in prints.key()
    assert FingerprintSettings(layer="", weights="", pooling="") == prints
    assert SearchSettings.from_dict({"score": ""}) == search


@pytest.mark.parametrize("cls", ALL)
def test_every_field_says_what_it_means(cls):
    import ast
    import inspect
    import itertools
    import textwrap

    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0].body
    for field, after in itertools.pairwise(body):
        if isinstance(field, ast.AnnAssign):
            assert isinstance(after, ast.Expr), f"{cls.__name__}.{field.target.id} has no text under it"
