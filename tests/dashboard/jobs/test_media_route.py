"""The media route streams by ranges and gives nothing that is not a project's video under the library roots."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
import uvicorn
from starlette.applications import Starlette

from dashboard import server
from dashboard.media import addresses
from dashboard.media.browser_copy import make_playable
from vrd_core.frames.extract import extract_frames
from vrd_core.media.info import content_id
from vrd_core.project.project import Project
from vrd_core.project.records import ViewVideo, write_view
from vrd_core.settings import FingerprintSettings, FrameSettings, SearchSettings, ViewSettings
from vrd_core.store import Store, write_atomically

pytestmark = pytest.mark.slow


@dataclass
class Answer:
    status_code: int
    headers: dict[str, str]
    content: bytes


@dataclass
class Client:
    """Asks over the wire, with the path exactly as given: no library tidies `..` or %2f away."""

    port: int

    def request(self, method: str, path: str, headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, headers=headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self.request("GET", path, headers)

    def head(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self.request("HEAD", path, headers)


@pytest.fixture(scope="module")
def _served() -> Iterator[Client]:
    """The media route on a real socket, under the server that Streamlit uses too."""
    running = uvicorn.Server(uvicorn.Config(Starlette(routes=server.routes()), port=0, log_level="error"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.01)
    yield Client(running.servers[0].sockets[0].getsockname()[1])
    running.should_exit = True
    thread.join(10)


@pytest.fixture
def client(_served: Client, store: Store) -> Client:
    return _served


@pytest.fixture
def address(project: Project, films: dict[str, Path]) -> str:
    """Address of the film that every browser plays."""
    addresses.remember(project, project.scan())
    return addresses.video_address(project.slug, content_id(films["mp4"]))


def test_whole_file(client: Client, address: str, films: dict[str, Path]) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content == films["mp4"].read_bytes()
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-199", 100, 199),
        ("bytes=100-", 100, -1),
        ("bytes=-50", -50, -1),
        ("bytes=0-99999999999", 0, -1),
    ],
)
def test_ranges(client: Client, address: str, films: dict[str, Path], asked: str, first: int, last: int) -> None:
    whole = films["mp4"].read_bytes()
    first, last = first % len(whole), last % len(whole)
    answer = client.get(address, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == whole[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(whole)}"
    assert answer.headers["content-length"] == str(last - first + 1)


def test_range_past_the_end_is_416(client: Client, address: str, films: dict[str, Path]) -> None:
    answer = client.get(address, headers={"Range": "bytes=99999999-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{films['mp4'].stat().st_size}"


def test_head(client: Client, address: str, films: dict[str, Path]) -> None:
    answer = client.head(address)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(films["mp4"].stat().st_size)
    assert client.head(address, headers={"Range": "bytes=5-9"}).status_code == 206


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_written(client: Client, address: str, method: str) -> None:
    assert client.request(method, address).status_code == 405


@pytest.mark.parametrize(
    "tail",
    [
        "../../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e%2fsecret.mp4",
        "..%5c..%5csecret",
        "%00",
        "etc/passwd",
        "/etc/passwd",
        "0" * 31,
        "0" * 32,
        "0" * 33,
        "",
        ".",
    ],
)
def test_paths_get_nowhere(client: Client, project: Project, address: str, tail: str) -> None:
    prefix = address.rsplit("/", 1)[0]
    for where in (
        f"{prefix}/{tail}",
        f"/vrd/still/{quote(project.slug)}/{tail}/0.jpg",
        f"/vrd/{tail}",
        f"/vrd/poster/{quote(project.slug)}/{tail}.jpg",
        f"/vrd/video/{tail}/{'0' * 32}",
    ):
        assert client.get(where).status_code == 404, where


def test_video_of_another_project(
    client: Client, store: Store, address: str, films: dict[str, Path], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    other = Project.open("other", videos=tmp_path / "empty", store=store)
    assert client.get(addresses.video_address(other.slug, content_id(films["mp4"]))).status_code == 404
    assert client.get(addresses.video_address("no-such", content_id(films["mp4"]))).status_code == 404
    assert client.get(addresses.video_address("..", content_id(films["mp4"]))).status_code == 404


def test_library_that_is_not_released(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert client.get(address).status_code == 200
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(tmp_path))
    assert client.get(address).status_code == 404
    # Nothing named, and nobody said that the server is for this computer only.
    monkeypatch.delenv("VRD_LIBRARY_ROOTS")
    monkeypatch.setattr("dashboard.media.roots.bound_to_localhost", lambda: False)
    assert client.get(address).status_code == 404


def test_link_out_of_the_library(
    client: Client, store: Store, films: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "linked"
    folder.mkdir()
    (folder / "film.mp4").symlink_to(films["outside"])
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(folder))
    project = Project.open("linked", videos=folder, store=store)
    content = content_id(films["outside"])
    write_atomically(store.root / "projects/linked/library.json", f'[["{content}", "{folder / "film.mp4"}"]]')
    assert client.get(addresses.video_address(project.slug, content)).status_code == 404
    # Nor where the roots allow it: a project shows what lies in its own folder.
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(films["outside"].parent) + ":" + str(folder))
    assert client.get(addresses.video_address(project.slug, content)).status_code == 404


def test_file_that_became_another(
    client: Client, store: Store, films: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    (folder / "film.mp4").write_bytes(films["mp4"].read_bytes())
    monkeypatch.setenv("VRD_LIBRARY_ROOTS", str(folder))
    project = Project.open("changing", videos=folder, store=store)
    addresses.remember(project, project.scan())
    address = addresses.video_address(project.slug, content_id(films["mp4"]))
    assert client.get(address).status_code == 200
    (folder / "film.mp4").write_bytes(films["outside"].read_bytes() + b" ")
    assert client.get(address).status_code == 404


def test_copy_where_browsers_do_not_play_the_original(
    client: Client, project: Project, films: dict[str, Path], address: str
) -> None:
    content = content_id(films["avi"])
    where = addresses.video_address(project.slug, content)
    assert client.get(where).status_code == 404
    made = make_playable(films["avi"], content, project.store)
    answer = client.get(where)
    assert answer.status_code == 200
    assert answer.content == (made.path / "video.mp4").read_bytes()
    assert client.get(where, headers={"Range": "bytes=0-3"}).status_code == 206


def test_stills_of_the_projects_views_only(
    client: Client, project: Project, films: dict[str, Path], address: str
) -> None:
    frames = extract_frames(films["mp4"], content_id(films["mp4"]), FrameSettings(), project.store)
    where = addresses.still_address(project.slug, frames.key, 1)
    assert client.get(where).status_code == 404
    video = ViewVideo(
        name="film.mp4",
        path=str(films["mp4"]),
        content_id=content_id(films["mp4"]),
        collection="",
        group="",
        duration=frames.count,
        count=frames.count,
        frames_key=frames.key,
        fingerprints_key="none",
    )
    write_view(
        project.store,
        project.slug,
        settings=ViewSettings(FrameSettings(), FingerprintSettings(), SearchSettings()),
        neighbours_key="none",
        finished=0.0,
        videos=[video],
    )
    answer = client.get(where)
    assert answer.content == frames.jpeg(1)
    assert answer.headers["content-type"] == "image/jpeg"
    assert "immutable" in answer.headers["cache-control"]
    assert client.get(addresses.still_address(project.slug, frames.key, 99)).status_code == 404
    assert client.get(addresses.still_address(project.slug, frames.key, -1)).status_code == 404


def test_poster_before_anything_was_processed(
    client: Client, project: Project, films: dict[str, Path], address: str
) -> None:
    answer = client.get(addresses.poster_address(project.slug, content_id(films["avi"])))
    assert answer.status_code == 200
    assert answer.content[:3] == b"\xff\xd8\xff"
    assert len(answer.content) < 30_000


@pytest.mark.parametrize(
    ("asked", "answered"),
    [("/videos?x=1", "/?x=1"), ("/videos", "/"), ("/videos?project=%C3%84rger+%26+Co", "/?project=%C3%84rger+%26+Co")],
)
def test_a_typed_videos_goes_to_the_first_page(client: Client, asked: str, answered: str) -> None:
    answer = client.get(asked)
    assert answer.status_code == 307
    assert answer.headers["location"] == answered
