"""Two videos frame against frame."""

from dashboard import frame, pair_page

pair_page.render(frame.need_pairs("Pair", "Then any two films can be held against each other here."))
