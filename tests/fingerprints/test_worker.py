"""The process that keeps the network loaded: started when asked, one per workspace, replaced when it dies."""

import base64
import json
import socket
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.fingerprints.stills import DrawnFrames
from vrd_core import system
from vrd_core.errors import NetworkError, WorkerError
from vrd_core.fingerprints.catalogue import catalogue
from vrd_core.fingerprints.worker import measured_speed, request, serve
from vrd_core.settings import FingerprintSettings
from vrd_core.store import Store

pytestmark = pytest.mark.slow

SETTINGS = FingerprintSettings().to_dict()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a workspace whose worker lives as long as this file's tests."""
    with Store(tmp_path_factory.mktemp("workspace")) as store:
        yield store
        request(store, "stop")


def test_questions(shop: Store) -> None:
    images = [base64.b64encode(DrawnFrames(1).jpeg(0)).decode()] * 2
    answer = request(shop, "fingerprints", images=images, settings=SETTINGS)
    length = catalogue()["reusenet"].layer("fingerprint").vector_length()
    assert answer["shape"] == [2, length]
    assert len(base64.b64decode(answer["vectors"])) == 2 * length * 4
    assert measured_speed(shop, "reusenet") is None
    speed = request(shop, "speed", settings=SETTINGS)
    assert measured_speed(shop, "reusenet") == speed["frames_per_second"] > 0


def test_errors_come_back_as_what_they_were(shop: Store) -> None:
    with pytest.raises(NetworkError, match="Received: 'nonsense'"):
        request(shop, "speed", settings={"network": "nonsense"})
    with pytest.raises(NetworkError, match="process the video again"):
        request(shop, "activations", frames_key="0" * 32, k=0, settings=SETTINGS)
    with pytest.raises(WorkerError, match="Received: 'dance'"):
        request(shop, "dance")


def test_a_killed_worker_is_replaced(shop: Store) -> None:
    first = request(shop, "ping")["pid"]
    assert request(shop, "ping")["pid"] == first
    psutil.Process(first).kill()
    assert request(shop, "ping")["pid"] != first


def test_there_is_one_per_workspace_and_strangers_get_nothing(shop: Store) -> None:
    pid = request(shop, "ping")["pid"]
    serve(shop)  # returns at once
    assert request(shop, "ping")["pid"] == pid
    path = shop.root / "worker.json"
    assert system.WINDOWS or stat.S_IMODE(path.stat().st_mode) == 0o600
    with socket.create_connection(("127.0.0.1", json.loads(path.read_text())["port"]), 5) as stranger:
        stranger.sendall(b'{"token": "guess", "kind": "stop"}\n')
        stranger.settimeout(10)
        assert stranger.recv(100) == b""
    assert request(shop, "ping")["pid"] == pid


def test_it_leaves_when_nobody_asks(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        start = time.monotonic()
        serve(store, idle=0.1)
        assert time.monotonic() - start < 20
        assert not (tmp_path / "worker.json").exists()
        assert request(store, "stop") == {}
