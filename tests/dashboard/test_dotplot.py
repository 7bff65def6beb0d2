import numpy as np

from dashboard.parts import dotplot


def test_a_cell_stands_for_its_closest_pair(view):
    spans = ((0, 90), (0, 60))
    drawn = dotplot.plot(view, 0, 1, spans, 0.05, [])
    near, pairs = view.neighbours, view.neighbours.between(0, 1)
    assert drawn.block == 1
    assert len(drawn.cells) == pairs.stop - pairs.start
    assert sorted(drawn.cells["distance"]) == sorted(near.distance[pairs].astype(float).tolist())


def test_large_films_are_gathered_into_few_cells(view, monkeypatch):
    monkeypatch.setattr(dotplot, "CELLS_ALONG", 10)
    drawn = dotplot.plot(view, 0, 1, ((0, 90), (0, 60)), 0.05, [])
    pairs = view.neighbours.between(0, 1)
    a, b = view.neighbours.frame_a[pairs] // 9, view.neighbours.frame_b[pairs] // 9
    best = {}
    for cell, distance in zip(
        zip(a.tolist(), b.tolist(), strict=True), view.neighbours.distance[pairs].tolist(), strict=True
    ):
        best[cell] = min(best.get(cell, np.inf), distance)
    assert len(drawn.cells) == len(best)
    for row in drawn.cells.itertuples():
        assert row.distance == best[int(row.a0) // 9, int(row.b0) // 9]
        assert row.a0 <= row.a < row.a1
        assert row.b0 <= row.b < row.b1


def test_only_what_is_shown_is_drawn(view):
    found = view.find_sequences(max_distance=0.05)
    sequences = dotplot.of_pair(found, 0, 1)
    inside = dotplot.plot(view, 0, 1, ((12, 20), (32, 40)), 0.05, sequences)
    assert inside.cells["a"].between(12, 19).all()
    assert inside.cells["b"].between(32, 39).all()
    line = inside.lines.iloc[0]
    assert (line["a0"], line["a1"]) == (12, 20)
    assert dotplot.plot(view, 0, 1, ((80, 90), (0, 5)), 0.05, sequences).lines.empty


def test_the_busiest_pair_shares_most(view):
    found = view.find_sequences(max_distance=0.05)
    seconds = {}
    for s in found:
        seconds[s.a, s.b] = seconds.get((s.a, s.b), 0) + s.frames
    assert seconds[dotplot.busiest(found)] == max(seconds.values())
