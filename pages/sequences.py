"""The stretches that two videos share: a list, and one of them opened."""

import streamlit as st

from dashboard import frame, sequence_detail, sequence_list, state

screen = frame.need_pairs("Sequences", "Then the stretches that two films share are listed here.")
opened = state.open_sequence(screen)
if opened is not None:
    sequence_detail.render(screen, opened)
elif screen.found:
    sequence_list.render(screen)
else:
    st.title("Sequences")
    frame.nothing_found(screen)
