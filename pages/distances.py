"""How far apart frames are, where the threshold stands, and what that looks like."""

from dashboard import distance_page, frame

screen = frame.need_pairs("Distances", "Then the distances between frames of different films are shown here.")
chosen = distance_page.histogram(screen)
if chosen is not None:
    distance_page.bar(screen, *chosen)
if distance_page.passes(screen):
    distance_page.examples(screen)
else:
    frame.nothing_found(screen)
