"""The stretches that two videos share: a list, and one of them opened."""

from dashboard.sequences import page

page.render()
