"""How good is it: found against known reuse, and what was missed."""

from dashboard.evaluate import page

page.render()
