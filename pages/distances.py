"""How far apart frames are, where the threshold stands, and what that looks like."""

from dashboard.distances import page

page.render()
