"""Choose the films, see what is wrong with them, and process them."""

from dashboard.videos import page

page.render()
