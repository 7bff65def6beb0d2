"""Who shares footage with whom, and where."""

from dashboard import frame, reuse_page

screen = frame.need_pairs("Reuse map", "Then the map of who shares footage with whom is drawn here.")
if screen.found:
    reuse_page.render(screen)
else:
    reuse_page.nothing(screen)
