"""What each step does and how to read a distance."""

from dashboard.method import page

page.render()
