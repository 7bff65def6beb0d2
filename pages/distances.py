"""How far apart frames are, where the threshold stands, and what that looks like."""

from dashboard.distances import page
from dashboard.shell import page as frame

screen = frame.need_pairs("Distances", "Then the distances between frames of different films are shown here.")
chosen = page.histogram(screen)
if chosen is not None:
    page.bar(screen, *chosen)
if page.passes(screen):
    page.examples(screen)
else:
    frame.nothing_found(screen)
