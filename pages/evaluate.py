"""How good is it: found against known reuse, and what was missed."""

from dashboard.evaluate import page
from dashboard.shell import page as frame

page.render(frame.need_pairs("Evaluate", "Then what is found can be measured against reuse that is known."))
