"""A leg of training: a killed one goes on where it was, and the same seed gives the same weights."""

import functools
import json

import numpy as np
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def tiny(keras, monkeypatch):
    import tensorflow as tf

    from training import leg
    from training.model import build_reusenet

    monkeypatch.setattr(leg, "build_reusenet", functools.partial(build_reusenet, dimensions=8, widths=(4, 8, 8, 8)))
    tf.config.run_functions_eagerly(True)  # tracing would take longer than the steps
    yield leg
    tf.config.run_functions_eagerly(False)


def _run(folder, photos, work):
    from training.train import main

    main(
        [
            str(photos),
            "--leg",
            "tiny",
            "--steps",
            "3",
            "--size",
            "32",
            "--pairs",
            "4",
            "--drawn",
            "4",
            "--workers",
            "0",
            "--work",
            str(work),
            "--checkpoints",
            str(folder),
            "--save-every",
            "0",
            "--check-every",
            "9",
        ]
    )
    with np.load(folder / "tiny.progress.npz") as file:
        return {name: file[name] for name in file.files if name != "seconds"}


def test_a_killed_leg_goes_on_and_ends_with_the_same_weights(tiny, photos, tmp_path, monkeypatch):
    whole = _run(tmp_path / "whole", photos, tmp_path / "work")
    stream = tiny.stream_batches

    def cut_short(plan, first_step, workers):
        for count, batch in enumerate(stream(plan, first_step, workers)):
            if count == 2:
                raise KeyboardInterrupt
            yield batch

    with monkeypatch.context() as patch:
        patch.setattr(tiny, "stream_batches", cut_short)
        with pytest.raises(KeyboardInterrupt):
            _run(tmp_path / "cut", photos, tmp_path / "work")
    resumed = _run(tmp_path / "cut", photos, tmp_path / "work")
    assert resumed.keys() == whole.keys()
    assert int(resumed["step"]) == 3
    for name in whole:
        np.testing.assert_allclose(resumed[name], whole[name], atol=1e-5, err_msg=name)
    events = [json.loads(line) for line in (tmp_path / "cut" / "tiny.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in events if entry.get("event") == "start"] == [0, 2]
    assert (tmp_path / "cut" / "tiny.npz").stat().st_size < (tmp_path / "cut" / "tiny.progress.npz").stat().st_size


def test_the_rate_rises_then_falls():
    from training.leg import rate_at
    from training.train import parse

    options = parse(["photos", "--leg", "a", "--steps", "100", "--warm-up", "10", "--rate", "1", "--end-rate", "0"])
    rates = [rate_at(step / 100, step, options) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert int(np.argmax(rates)) == 9
    assert rates[-1] < 0.001
