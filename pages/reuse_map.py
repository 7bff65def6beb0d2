"""Who shares footage with whom, and where."""

from dashboard.reuse_map import page as reuse_page
from dashboard.shell import page

screen = page.need_pairs("Reuse map", "Then the map of who shares footage with whom is drawn here.")
if screen.found:
    reuse_page.render(screen)
else:
    reuse_page.nothing(screen)
