"""Make a project: the demo, a folder of the library, or files from the visitor's own computer."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

from dashboard.jobs import panel, queue
from dashboard.media import roots
from dashboard.parts.text import plain
from dashboard.shell import data, state
from vrd_core import system
from vrd_core.errors import ProjectError, StoreError, VRDError
from vrd_core.media.info import ENDINGS
from vrd_core.project.project import Project
from vrd_core.project.records import slug_of
from vrd_core.store import Store
from vrd_core.text import count

TAKEN_ENDINGS = sorted(ending.removeprefix(".") for ending in ENDINGS)
UPLOAD_LIMIT = int(float(os.environ.get("VRD_UPLOAD_LIMIT_GB") or 20) * 1e9)
"""Bytes that the uploads of one project may take."""
_BYTES_LEFT_FREE = 2e9
"""Bytes of disk that uploads leave free."""
_LONGEST_NAME = 240
"""Letters of a name while it is written."""
_ERROR, _DONE = "_new_error", "_new_done"


class Upload(Protocol):
    """A file as Streamlit hands it over."""

    name: str
    size: int

    def seek(self, offset: int, /) -> Any: ...

    def read(self, size: int = -1, /) -> bytes: ...


def welcome() -> None:
    """Draw what a workspace without a project shows."""
    st.markdown(
        "The Video Reuse Detector finds stretches of film that appear in more than one video: quotations, "
        "shared archive footage, re-cuts. It needs a folder of videos to compare; everything stays on this "
        "computer."
    )
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True, height="stretch"):
        st.subheader("See it work")
        st.markdown(
            "A set of short films, drawn by the program, that borrow from one another: cut, letterboxed, "
            "mirrored, slowed down. It takes a few minutes, and every screen has something to show."
        )
        demo_button(primary=True)
    with right, st.container(border=True, height="stretch"):
        st.subheader("Your own films")
        form()


def demo_button(*, primary: bool = False) -> None:
    """Draw the button that opens the demo, drawing and processing it where that was not done."""
    running = any(job.kind == "demo" for job in queue.active(data.store()))
    st.button(
        "The demo is being made …" if running else "Open the demo",
        icon=":material/play_circle:",
        type="primary" if primary else "secondary",
        on_click=_demo,
        disabled=running,
        key="open_demo",
    )


def _demo() -> None:
    store = data.store()
    try:
        project = Project.open("demo", store=store)
        state.choose_project(project.slug)
        if project.views():
            return
    except ProjectError:
        pass
    try:
        panel.started(queue.demo(store))
    except VRDError as error:
        st.toast(plain(str(error)), icon=":material/error:")


@st.dialog("New project", width="medium")
def dialog() -> None:
    """Ask for a new project over the page."""
    form()
    if st.session_state.pop(_DONE, False):
        st.rerun()


def form() -> None:
    """Ask for a name and where the films are."""
    source = st.segmented_control(
        "Where are the films?",
        ["A folder", "Upload"],
        default="A folder",
        required=True,
        key="new_source",
        label_visibility="collapsed",
    )
    if source == "Upload":
        _upload_form()
    else:
        _folder_form()
    if error := st.session_state.pop(_ERROR, None):
        st.error(plain(error), icon=":material/error:")


def _folder_form() -> None:
    store = data.store()
    folder = st.text_input(
        "Folder", key="new_folder", placeholder="/path/to/the/films", help=plain(roots.hint(store.root))
    )
    real = _checked(folder, store) if folder else None
    _browse(real, store)
    if real is not None:
        _say_what_is_in(real)
    name = st.text_input(
        "Name of the project", key="new_name", placeholder=real.name if real else "My films", max_chars=80
    )
    st.button(
        "Create the project",
        type="primary",
        icon=":material/add:",
        key="new_create",
        disabled=real is None,
        on_click=_create_over_folder,
        args=(name or (real.name if real else ""), real),
    )


def _checked(folder: str, store: Store) -> Path | None:
    try:
        real = roots.allowed(folder.strip(), store.root)
        if real.is_dir():
            return real
        st.warning(plain(f"{folder} is a file. Give the folder that it lies in."))
    except roots.OutsideRootsError as error:
        st.warning(plain(str(error)))
    return None


def _browse(here: Path | None, store: Store) -> None:
    """Offer the folder above and those below, or the roots to begin with."""
    offered = [r for r in roots.roots(store.root) if r.is_dir()]
    if here is None:
        start = [Path.home()] if roots.everything() else []
        options = [str(p) for p in dict.fromkeys([*start, *offered])]
    else:
        above = [".."] if any(here.parent.is_relative_to(r) for r in offered) and here.parent != here else []
        options = [*above, *(p.name for p in roots.subfolders(here, store.root))]
    if not options:
        return

    def go() -> None:
        step = st.session_state["new_step"]
        if step is not None:
            target = here.parent if here and step == ".." else here / step if here else Path(step)
            st.session_state["new_folder"], st.session_state["new_step"] = str(target), None

    st.selectbox(
        "Go to",
        options,
        index=None,
        key="new_step",
        on_change=go,
        placeholder="Choose a folder to begin with" if here is None else "A folder in it, or the one above",
        format_func=lambda o: "..  (the folder above)" if o == ".." else o,
    )


def _say_what_is_in(folder: Path) -> None:
    files, folders = 0, 0
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if number > 20_000:
                    break
                files += entry.name.lower().rpartition(".")[2] in TAKEN_ENDINGS and not entry.name.startswith(".")
                folders += entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".")
    except OSError:
        return
    st.caption(
        f"{count(files, 'video or picture', 'videos and pictures')} here, {count(folders, 'sub-folder')}. "
        "Sub-folders are looked through as well; those of the first level become collections."
    )


def _create_over_folder(name: str, folder: Path) -> None:
    store = data.store()
    try:
        project = Project.open(name, videos=roots.allowed(folder, store.root), store=store)
    except (VRDError, OSError) as error:
        st.session_state[_ERROR] = str(error)
        return
    _opened(project)


def _opened(project: Project) -> None:
    state.choose_project(project.slug)
    st.session_state[_DONE] = True


def _upload_form() -> None:
    files = st.file_uploader("Videos and pictures", TAKEN_ENDINGS, accept_multiple_files=True, key="new_files")
    name = st.text_input("Name of the project", key="new_upload_name", placeholder="My films", max_chars=80)
    st.button(
        "Create the project",
        type="primary",
        icon=":material/add:",
        key="new_upload",
        disabled=not files,
        on_click=_create_from_uploads,
        args=(name or "My films", files),
    )


def _create_from_uploads(name: str, files: list[Upload]) -> None:
    store = data.store()
    folder = store.root / "uploads" / slug_of(name)
    try:
        known = {p.slug: p for p in data.projects()}.get(slug_of(name))
        if known is not None and known.library != folder.resolve():
            raise ProjectError(f"There is a project {known.name!r} already. Choose another name.")
        save_uploads(files, folder, store)
        project = Project.open(name, videos=folder, store=store)
    except (VRDError, OSError) as error:
        st.session_state[_ERROR] = str(error)
        return
    _opened(project)


def takes_uploads(project: Project) -> bool:
    """Return whether a project's films are uploads, so that more can be added."""
    return project.library.is_relative_to((project.store.root / "uploads").resolve())


def add_files(project: Project) -> None:
    """Draw the uploader of a project that is made of uploads."""

    def add() -> None:
        try:
            save_uploads(st.session_state.get("more_files") or [], project.library, project.store)
        except (VRDError, OSError) as error:
            st.session_state[_ERROR] = str(error)

    files = st.file_uploader("More videos and pictures", TAKEN_ENDINGS, accept_multiple_files=True, key="more_files")
    st.button("Add them", icon=":material/add:", disabled=not files, on_click=add)
    if error := st.session_state.pop(_ERROR, None):
        st.error(plain(error), icon=":material/error:")


def save_uploads(files: Iterable[Upload], folder: Path, store: Store) -> list[Path]:
    """Write uploaded files into a folder of the workspace and return where they lie.

    Names are reduced to a plain last part, nothing is overwritten, and one file is whole or not there.
    Raises StoreError where the project's share or the disk is full, ProjectError for a kind that is not taken.
    """
    files, folder = list(files), system.full_path(folder, _LONGEST_NAME)
    folder.mkdir(parents=True, exist_ok=True)
    there = sum(p.stat().st_size for p in folder.iterdir() if p.is_file())
    wanted = sum(file.size for file in files)
    if there + wanted > UPLOAD_LIMIT:
        raise StoreError(
            f"The uploads of one project may take {UPLOAD_LIMIT / 1e9:g} GB; with these it would be "
            f"{(there + wanted) / 1e9:.1f} GB. Put the films in a folder of the library instead."
        )
    if wanted > shutil.disk_usage(store.root).free - _BYTES_LEFT_FREE:
        raise StoreError("There is not enough room on the disk for these files.")
    written = []
    for file in files:
        name = safe_name(file.name)
        if Path(name).suffix.lower().removeprefix(".") not in TAKEN_ENDINGS:
            raise ProjectError(
                f"{file.name} is neither a video nor a picture that is taken. Taken are: {', '.join(TAKEN_ENDINGS)}."
            )
        written.append(_write(file, folder, name))
    return written


def _write(file: Upload, folder: Path, name: str) -> Path:
    partial = folder / f".uploading-{os.getpid()}-{name}"
    try:
        with partial.open("wb") as out:
            file.seek(0)
            while block := file.read(1 << 20):
                out.write(block)
        target, number = folder / name, 2
        while True:
            try:
                system.move_new(partial, target)
                return target
            except FileExistsError:
                stem, dot, ending = name.rpartition(".")
                target, number = folder / f"{stem} ({number}){dot}{ending}", number + 1
    finally:
        system.remove(partial)


def safe_name(name: str) -> str:
    """Return the last part of a name without anything a file system or a shell could trip over.

    >>> safe_name("../../etc/pass<wd>.MP4")
    'pass_wd_.MP4'
    """
    return system.safe_name(re.split(r"[\\/]", name)[-1], otherwise="video")
