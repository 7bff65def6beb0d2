"""Choose the network and layer that make the fingerprints, say what that costs, and see inside."""

from dashboard.network import page

page.render()
