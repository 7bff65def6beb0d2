"""Two videos frame against frame."""

from dashboard.pair import page

page.render()
