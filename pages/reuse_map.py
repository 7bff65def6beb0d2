"""Who shares footage with whom, and where."""

from dashboard.reuse_map import page

page.render()
