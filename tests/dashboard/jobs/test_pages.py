"""What the pages of videos and networks say in each state, and what the panel of running jobs shows."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.jobs import queue
from dashboard.jobs.runner import write
from vrd_core.project.project import Project
from vrd_core.settings import EMBEDDED_NETWORK
from vrd_core.store import Store

pytestmark = pytest.mark.slow

APP = str(Path(__file__).resolve().parents[3] / "dashboard" / "app.py")


@pytest.fixture(autouse=True)
def _fresh_caches() -> Iterator[None]:
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    # Stores that the pages opened are closed here, not by the collector in the middle of another test.
    st.cache_resource.clear()


@pytest.fixture
def run(store: Store) -> Callable[..., AppTest]:
    """Run one page of the dashboard."""

    def go(page: str = "", **query: str) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=120)
        for name, value in query.items():
            app.query_params[name] = value
        app.run()
        if page:
            app.switch_page(f"../pages/{page}.py").run()
        assert not app.exception
        return app

    return go


def texts(app: AppTest) -> str:
    """Return everything that is written on a page."""
    kinds = ("title", "header", "subheader", "markdown", "caption", "text", "info", "warning", "error", "success")
    return "\n".join(str(e.value) for kind in kinds for e in getattr(app, kind))


def buttons(app: AppTest) -> dict[str, bool]:
    """Return the buttons by label, and whether each can be pressed."""
    return {b.label: not b.disabled for b in app.button}


def ended(store: Store, project: str, code: int, **said: object) -> str:
    """Put the record of a job that ended into the workspace."""
    folder = store.root / "jobs" / f"{time.time_ns():020d}-aaaaaa"
    folder.mkdir()
    write(
        folder / "job.json",
        {
            "kind": "process",
            "project": project,
            "title": project,
            "key": "k",
            "lane": "process",
            "created": time.time(),
            "words": ["nothing"],
            "command": ["nothing"],
            "cwd": "/",
            "env": {},
        },
    )
    write(folder / "started", time.time())
    (folder / "log.txt").write_text("last words")
    write(folder / "result.json", {"code": code, "ended": time.time(), **said})
    return folder.name


def test_without_a_project(run: Callable[..., AppTest]) -> None:
    app = run()
    assert "finds stretches of film" in texts(app)
    assert buttons(app) == {"Open the demo": True, "Create the project": False}


def test_a_library_that_was_not_processed(run: Callable[..., AppTest], project: Project) -> None:
    app = run()
    assert "All 5 videos lack frames and fingerprints" in texts(app)
    assert "needs a download" not in texts(app)
    assert buttons(app)["Process what is missing"]
    # The name of the project is text.
    assert "\\<b\\>Co\\</b\\>" in texts(app)


def test_files_that_cannot_be_used(
    run: Callable[..., AppTest], store: Store, films: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "films"
    folder.mkdir()
    (folder / "good.mp4").write_bytes(films["mp4"].read_bytes())
    (folder / "empty.mp4").touch()
    (folder / "*cut* short.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 5000)
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(tmp_path))
    Project.open("Mixed", videos=folder, store=store)
    app = run()
    labels = [e.label for e in app.expander]
    assert any(
        x.startswith("2 of 3 files could not be used: ") and "empty (1)" in x and "damaged (1)" in x for x in labels
    )
    assert "Only one video takes part" in texts(app)
    table = next(t.value for t in app.dataframe if "What is wrong" in t.value)
    assert set(table["File"]) == {"empty.mp4", "*cut* short.mp4"}


def test_an_empty_folder(
    run: Callable[..., AppTest], store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "films").mkdir()
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(tmp_path))
    Project.open("Empty", videos=tmp_path / "films", store=store)
    assert "There is no video and no picture in this folder yet" in texts(run())


def test_a_folder_that_is_not_released(
    run: Callable[..., AppTest], project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(tmp_path))
    assert "outside the folders this server may read" in texts(run()).replace("\\", "")


def test_collections_against_each_other(run: Callable[..., AppTest], project: Project, store: Store) -> None:
    app = run()
    control = next(c for c in app.button_group if c.key == f"compare_{project.slug}")
    control.set_value("sides").run()
    assert not app.exception
    chosen = Project.open(project.slug, store=store).selection.compare
    assert chosen is not None
    assert {s.label for s in app.selectbox} >= {"This collection", "against"}
    next(m for m in app.multiselect if m.label == "Collections left out").set_value(["b"]).run()
    assert Project.open(project.slug, store=store).selection.excluded_collections == ("b",)


def test_use_none_and_all(run: Callable[..., AppTest], project: Project, store: Store) -> None:
    app = run()
    next(b for b in app.button if b.label == "Use none").click().run()
    assert len(Project.open(project.slug, store=store).selection.excluded) == 5
    assert "No video takes part" in texts(app)
    next(b for b in app.button if b.label == "Use all").click().run()
    assert Project.open(project.slug, store=store).selection.excluded == ()


def test_a_running_job_shows_on_every_page(
    run: Callable[..., AppTest], project: Project, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vrd_test_waiter.py").write_text(
        "import json, time\nprint(json.dumps({'event': 'progress', 'step': 'frames', 'done': 412, 'total': 3419, "
        "'detail': '*Eagle*.mp4', 'seconds_left': 75}), flush=True)\ntime.sleep(100)"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    job = queue._submit(
        store, kind="process", project=project.slug, title=project.name, key="k", command=["vrd_test_waiter"]
    )
    try:
        while not (now := queue.get(store, job.id)) or not now.steps:
            time.sleep(0.05)
        for page in ("", "method"):
            app = run(page)
            lines = [str(p.proto.text) for p in app.sidebar.get("progress")]
            assert lines
            assert lines[0].startswith("Frames 412 / 3,419 · 75 s left")
            assert "\\*Eagle\\*\\.mp4" in lines[0]
        app = run()
        assert "Process what is missing" not in buttons(app)
        next(b for b in app.button if b.label == "Cancel").click().run()
        assert queue.is_cancelling(store, job)
    finally:
        queue.cancel(store, job)
        while queue.get(store, job.id).active:  # type: ignore[union-attr]
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("code", "said", "word", "button"),
    [
        (130, {}, "stopped", "Go on"),
        (-9, {}, "memory ran out", "Go on"),
        (1, {"message": "There is no [link](x) in it."}, "There is no \\[link\\]\\(x\\) in it", "Try again"),
    ],
)
def test_a_job_that_ended_badly_says_why(
    run: Callable[..., AppTest],
    project: Project,
    store: Store,
    code: int,
    said: dict[str, object],
    word: str,
    button: str,
) -> None:
    job = ended(store, project.slug, code, **said)
    app = run()
    assert word in texts(app)
    assert buttons(app)[button]
    next(b for b in app.button if b.label == "Dismiss").click().run()
    assert queue.get(store, job) is None
    assert word not in texts(app)


def test_networks_before_anything_was_processed(run: Callable[..., AppTest], project: Project) -> None:
    app = run("network")
    assert f"Layers of {EMBEDDED_NETWORK}" in texts(app)
    assert "fingerprints of 5 videos are computed" in texts(app)
    assert "you can pick a frame here" in texts(app)
    assert app.query_params["network"] == EMBEDDED_NETWORK


def test_a_layer_in_the_url(run: Callable[..., AppTest], project: Project) -> None:
    app = run("network", network="efficientnetb0", layer="top_conv")
    assert "Layers of efficientnetb0" in texts(app)
    assert app.query_params["layer"] == "top_conv"
    assert "62,720 numbers each" in texts(app)


def test_a_layer_that_is_too_large_is_refused_with_the_way_out(run: Callable[..., AppTest], project: Project) -> None:
    app = run("network", network="vgg16", layer="block1_conv1", pooling="None: flatten")
    assert "GB per hour" in texts(app).replace("\\", "")
    assert "Choose pooling" in texts(app).replace("\\", "")
    assert "Process what is missing" not in buttons(app)


def test_a_bad_network_in_the_url_falls_back(run: Callable[..., AppTest], project: Project) -> None:
    app = run("network", network="<script>", layer="../..")
    assert app.query_params["network"] == EMBEDDED_NETWORK


def test_neither_tensorflow_nor_faiss_is_loaded(run: Callable[..., AppTest], project: Project) -> None:
    before = set(sys.modules)
    run("network")
    loaded = {m.partition(".")[0] for m in set(sys.modules) - before}
    assert not loaded & {"tensorflow", "keras", "faiss"}


def test_library_is_written_down_for_the_media_route(
    run: Callable[..., AppTest], project: Project, store: Store
) -> None:
    run()
    assert len(json.loads((store.root / "projects" / project.slug / "library.json").read_text())) == 5
