"""What each step does and how to read a distance."""

from dashboard import method_page, state

method_page.render(state.screen())
