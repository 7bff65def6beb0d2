"""The stretches that two videos share: a list, and one of them opened."""

import streamlit as st

from dashboard.sequences import detail, list
from dashboard.shell import page, state

screen = page.need_pairs("Sequences", "Then the stretches that two films share are listed here.")
opened = state.open_sequence(screen)
if opened is not None:
    detail.render(screen, opened)
elif screen.found:
    list.render(screen)
else:
    st.title("Sequences")
    page.nothing_found(screen)
