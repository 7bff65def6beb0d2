"""What each step does and how to read a distance."""

from dashboard.method import page
from dashboard.shell import state

page.render(state.screen())
