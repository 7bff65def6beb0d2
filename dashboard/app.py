"""The routed script: one frame, nine pages. Start it with `streamlit run dashboard/server.py` from the repository."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    # Streamlit puts only this file's folder there.
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402

from dashboard.jobs import panel  # noqa: E402
from dashboard.parts.text import plain  # noqa: E402
from dashboard.shell import data, page, sidebar, state  # noqa: E402
from dashboard.shell.screen import keep_screen  # noqa: E402
from vrd_core.errors import VRDError  # noqa: E402

# File, title, icon and purpose, in the order of the work. A page that has no file yet is left out.
PAGES = (
    ("videos", "Videos", "movie", "Choose the films, see what is wrong with them, and process them."),
    ("network", "Network", "hub", "Choose the network and layer that make the fingerprints, and see inside."),
    ("distances", "Distances", "bar_chart", "How far apart frames are, and what a distance looks like."),
    ("sequences", "Sequences", "view_carousel", "The stretches that two videos share; play them side by side."),
    ("pair", "Pair", "grid_on", "Two videos frame against page."),
    ("reuse_map", "Reuse map", "account_tree", "Who shares footage with whom, and where."),
    ("evaluate", "Evaluate", "fact_check", "Measure against a list of known reuse; look through verdicts."),
    ("method", "Method", "menu_book", "What each step does and how to read a distance."),
)

TOOL = "Video Reuse Detector"

# Pages on which the filters of the sidebar act.
FILTERED = ("distances", "sequences", "pair", "reuse_map", "evaluate")

# A Material symbol as icon of the tab would be fetched from another site.
st.set_page_config(page_title=TOOL, page_icon=str(page.ICON), layout="wide")

pages = {
    name: st.Page(f"../pages/{name}.py", title=title, icon=f":material/{icon}:", help=purpose)
    for name, title, icon, purpose in PAGES
    if (ROOT / "pages" / f"{name}.py").is_file()
}
current = st.navigation(list(pages.values()), position="top")
# `make demo` ends on what was found. Only the bare address is led there, and once: a link says where it goes.
start = os.environ.get("VRD_START_PAGE", "")
if start in pages and not st.query_params and not current.url_path and "_started" not in st.session_state:
    st.switch_page(pages[start])
st.session_state["_started"] = True
st.logo(page.LOGO, size="large")
st.html(page.STYLE)
try:
    keep_screen(None)
    panel.open_finished()
    keep_screen(sidebar.render(filtered=current.url_path in FILTERED))
    project = state.current_project()
    st.set_page_config(page_title=" · ".join([current.title, *([project.name] if project else []), TOOL]))
    for line in state.told():
        st.info(plain(line), icon=":material/link_off:")
    if project is None and data.projects():
        st.markdown("Choose a project in the sidebar.")
    else:
        current.run()
    state.address_read()
    state.fill_again()
except VRDError as error:
    # What the core says is fit for a screen; anything else is a fault of ours and shows as one.
    st.error(plain(str(error)), title="This did not work", icon=":material/error:")
