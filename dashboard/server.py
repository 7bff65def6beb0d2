"""The server: Streamlit with a media route beside it. Start it from the repository with

    streamlit run dashboard/server.py

The media route answers, for videos of the workspace's projects and nothing else,
    /vrd/video/<project>/<content id>               the file, or the copy for browsers where it is not one they play
    /vrd/still/<project>/<frames key>/<k>.jpg       one still
    /vrd/poster/<project>/<content id>.jpg          a small picture of a video
Files are streamed with Range requests, never loaded.
"""

from __future__ import annotations

import sys
import threading
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import streamlit as st  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response  # noqa: E402
from starlette.routing import BaseRoute, Mount, Route, Router  # noqa: E402

from dashboard.media import addresses  # noqa: E402
from dashboard.media.browser_copy import media_type, open_playable, plays  # noqa: E402
from dashboard.media.poster import poster  # noqa: E402
from vrd_core.errors import VRDError  # noqa: E402
from vrd_core.frames.extract import open_frames  # noqa: E402
from vrd_core.store import Store, default_workspace  # noqa: E402

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; media-src 'self'; img-src 'self'",
}
_KEEP = {"Cache-Control": "private, max-age=31536000, immutable"}
_ASK = {"Cache-Control": "private, no-cache"}

# Each poster that is not there yet starts a decoder; a table of 500 asks for many at once.
_DECODERS = threading.BoundedSemaphore(2)


@lru_cache(maxsize=4)
def _open(workspace: Path) -> Store:
    return Store(workspace)


def _store() -> Store:
    return _open(default_workspace())


def _nothing() -> Response:
    # One answer for "not there" and "not allowed".
    return PlainTextResponse("There is no such video or picture here.", 404, _HEADERS)


def video(request: Request) -> Response:
    """Stream a video, whole or by ranges."""
    store, content = _store(), request.path_params["content"]
    path = addresses.locate(store, request.path_params["project"], content)
    if path is None:
        return _nothing()
    if request.query_params.get("copy") or not plays(path, store):
        copy = open_playable(store, content)
        if copy is None:
            return _nothing()
        path = copy
    return FileResponse(path, media_type=media_type(path), headers={**_HEADERS, **_ASK})


def still(request: Request) -> Response:
    """Send one still as it lies in the store."""
    store, project, key = _store(), request.path_params["project"], request.path_params["key"]
    frames = open_frames(store, key) if addresses.belongs(store, project, key) else None
    if frames is None or request.path_params["k"] >= frames.count:
        return _nothing()
    return Response(frames.jpeg(request.path_params["k"]), media_type="image/jpeg", headers={**_HEADERS, **_KEEP})


def poster_picture(request: Request) -> Response:
    """Send a small picture of a video, made when it is first asked for."""
    store, content = _store(), request.path_params["content"]
    path = addresses.locate(store, request.path_params["project"], content)
    if path is None:
        return _nothing()
    try:
        with _DECODERS:
            picture = poster(path, content, store)
    except (VRDError, OSError):
        return _nothing()
    return Response(picture, media_type="image/jpeg", headers={**_HEADERS, **_KEEP})


def first_page(request: Request) -> Response:
    """Send a typed /videos to where Streamlit has its first page, which has no path of its own."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{request.url.path.removesuffix('/videos')}/{query}")


def routes() -> list[BaseRoute]:
    """Return what is served beside the app, under the server's base path: the first page's name, and the media route.

    Whatever the media route does not know is 404, never the app.
    """
    inner = Router(
        [
            Route("/video/{project}/{content}", video),
            Route("/still/{project}/{key}/{k:int}.jpg", still),
            Route("/poster/{project}/{content}.jpg", poster_picture),
        ],
        redirect_slashes=False,
    )
    base = addresses.base()
    return [Mount(base, app=inner), Route(base.removesuffix(addresses.PREFIX) + "/videos", first_page)]


app = st.App(Path(__file__).with_name("app.py"), routes=routes())
