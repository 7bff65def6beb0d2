"""How good is it: found against known reuse, and what was missed."""

from dashboard import evaluate_page, frame

evaluate_page.render(frame.need_pairs("Evaluate", "Then what is found can be measured against reuse that is known."))
