"""Two videos frame against frame."""

from dashboard.pair import page as pair_page
from dashboard.shell import page

pair_page.render(page.need_pairs("Pair", "Then any two films can be held against each other here."))
