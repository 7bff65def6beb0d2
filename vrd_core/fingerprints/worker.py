"""A process that keeps the network loaded, for short questions: one per workspace, started when first asked.

    answer = request(store, "activations", frames_key=key, k=12, settings=settings.to_dict())

It listens on this machine only, at a port and with a token that `worker.json` in the workspace holds (readable by its
owner), takes one JSON line and answers with one. It leaves after minutes without a question. The asking side imports
no TensorFlow. Run by hand: python -m vrd_core.fingerprints.worker --workspace DIR
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import hmac
import json
import os
import platform
import secrets
import socket
import socketserver
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from vrd_core import errors, system
from vrd_core.errors import NetworkError, VRDError, WorkerError
from vrd_core.fingerprints.catalogue import network_info, resolve
from vrd_core.settings import FingerprintSettings
from vrd_core.store import Store

IDLE_SECONDS = 600.0
"""Time without a question after which the worker leaves and gives its memory back."""

_START_SECONDS = 60.0
_LARGEST_REQUEST = 256 * 2**20
_SPEED_SECONDS = 2.0


# -- the asking side -----------------------------------------------------------------------------------------------


def request(store: Store, kind: str, *, timeout: float = 300.0, **params: Any) -> dict[str, Any]:
    """Ask the worker of this workspace and return its answer; it is started when it is not there.

    Kinds and their parameters:
        "ping"                                             {"pid"}
        "activations"   frames_key, k, settings, count=36, tile=96     `activations.Inside.to_dict()`
        "fingerprints"  images (base64 pictures), settings             {"vectors": base64 float32, "shape"}
        "speed"         settings                                       {"frames_per_second", "device", "network"}
        "stop"                                                         {}

    Raises what the work raised (NetworkError, WeightsError …), and WorkerError when there is no answer within
    `timeout` seconds or the process ended twice.
    """
    question = {"kind": kind, **params}
    for attempt in range(2):
        address = _running(store) if kind == "stop" else _running(store) or _start(store)
        if address is None:
            return {}
        try:
            return _ask(address, question, timeout)
        except TimeoutError as error:
            raise WorkerError(
                f"The network gave no answer within {timeout:.0f} s. It may be loading or busy; try "
                "again, or choose a smaller network."
            ) from error
        except (OSError, EOFError) as error:
            # It left from idleness just now, or it crashed: once more with a new one.
            if attempt:
                raise WorkerError(
                    f"The process that runs the network ended while it answered, perhaps for lack of "
                    f"memory. Its last words are in {_log(store)}."
                ) from error
    raise AssertionError


def measured_speed(store: Store, network: str) -> float | None:
    """Return frames per second of a network on this machine as last measured by "speed", or None."""
    noted = store.recall(_speed_note(network))
    return float(noted["frames_per_second"]) if noted else None


def _running(store: Store) -> dict[str, Any] | None:
    """Return where the worker listens, or None when there is none that answers."""
    try:
        address: dict[str, Any] = json.loads(_address_file(store).read_text())
        if address["code"] != _code():  # this copy of the program is newer than the worker
            with contextlib.suppress(OSError, EOFError):
                _ask(address, {"kind": "stop"}, 10)
            return None
        socket.create_connection(("127.0.0.1", address["port"]), 5).close()
    except (OSError, ValueError, KeyError):
        return None
    return address


def _start(store: Store) -> dict[str, Any]:
    with store.lock("worker-start"):
        if address := _running(store):  # another process started it meanwhile
            return address
        system.remove(_address_file(store))
        command = [sys.executable, "-m", "vrd_core.fingerprints.worker", "--workspace", str(store.root)]
        log_file = _log(store)
        with log_file.open("a" if log_file.exists() and log_file.stat().st_size < 2**20 else "w") as log:
            process = system.start_detached(command, cwd=Path(__file__).parents[2], output=log)
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if address := _running(store):
                return address
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise WorkerError(f"The process that runs the network does not start. Its last words are in {_log(store)}.")


def _ask(address: dict[str, Any], question: dict[str, Any], timeout: float) -> dict[str, Any]:
    with socket.create_connection(("127.0.0.1", address["port"]), 5) as connection:
        connection.settimeout(timeout)
        connection.sendall(json.dumps({"token": address["token"], **question}).encode() + b"\n")
        with connection.makefile("rb") as stream:
            line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        kind = getattr(errors, answer["type"], VRDError)
        raise kind(answer["error"])
    return answer


def _address_file(store: Store) -> Path:
    return store.root / "worker.json"


def _log(store: Store) -> Path:
    return store.root / "worker.log"


def _code() -> str:
    """Return what changes when this copy of the program does."""
    return str(max(path.stat().st_mtime_ns for path in Path(__file__).parents[1].rglob("*.py")))


def _speed_note(network: str) -> str:
    return f"speed/{platform.node()}/{os.cpu_count()}/{network}"


# -- the worker ----------------------------------------------------------------------------------------------------


class _Worker:
    """Answers questions, one at a time: the network uses every core anyway."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._busy = threading.Lock()
        self._kinds: dict[str, Callable[..., dict[str, Any]]] = {
            "activations": self._activations,
            "fingerprints": self._fingerprints,
            "speed": self._speed,
        }

    def answer(self, kind: str, params: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a question, or what went wrong in words."""
        try:
            if kind == "ping":
                return {"pid": os.getpid()}
            if kind not in self._kinds:
                raise WorkerError(f"kind must be one of {sorted([*self._kinds, 'ping', 'stop'])}. Received: {kind!r}.")
            with self._busy:
                return self._kinds[kind](**params)
        except VRDError as error:
            return {"error": str(error), "type": type(error).__name__}
        except Exception as error:
            import traceback

            traceback.print_exc()
            return {"error": f"{type(error).__name__}: {error}", "type": "WorkerError"}

    def _activations(
        self, frames_key: str, k: int, settings: dict[str, Any], count: int = 36, tile: int = 96
    ) -> dict[str, Any]:
        from vrd_core.fingerprints.inside import look_inside
        from vrd_core.frames.extract import open_frames

        frames = open_frames(self._store, frames_key)
        if frames is None or not 0 <= k < frames.count:
            raise NetworkError(f"The workspace has no frame {k} of these frames any more; process the video again.")
        return look_inside(frames, k, FingerprintSettings.from_dict(settings), self._store).to_dict(count, tile)

    def _fingerprints(self, images: list[str], settings: dict[str, Any]) -> dict[str, Any]:
        from vrd_core.fingerprints.compute import fingerprints_of_images, load_fingerprinter

        chosen = resolve(FingerprintSettings.from_dict(settings), self._store)
        vectors = fingerprints_of_images(
            [base64.b64decode(i) for i in images], load_fingerprinter(chosen, self._store), chosen
        )
        return {"vectors": base64.b64encode(vectors.tobytes()).decode(), "shape": list(vectors.shape)}

    def _speed(self, settings: dict[str, Any]) -> dict[str, Any]:
        from vrd_core.fingerprints.compute import load_fingerprinter
        from vrd_core.fingerprints.keras_model import device_name

        chosen = FingerprintSettings.from_dict(settings)
        if network_info(chosen.network, self._store).constructor:
            chosen = replace(chosen, weights="untrained")  # as fast as trained ones, and nothing to download
        chosen = resolve(chosen, self._store)
        network = load_fingerprinter(chosen, self._store)
        batch = np.zeros((network.batch_size, *network.input_size, 3), np.uint8)
        network(batch)
        frames, start = 0, time.perf_counter()
        while (seconds := time.perf_counter() - start) < _SPEED_SECONDS:
            network(batch)
            frames += network.batch_size
        result = {"frames_per_second": frames / seconds, "device": device_name(), "network": chosen.network}
        self._store.note(_speed_note(chosen.network), result)
        return result


class _Handler(socketserver.StreamRequestHandler):
    """One question per connection."""

    timeout = 30
    server: _Server

    def handle(self) -> None:
        """Read one line, check its token, answer with one line."""
        with contextlib.suppress(OSError, ValueError, KeyError), self.server.working():
            question = json.loads(self.rfile.readline(_LARGEST_REQUEST))
            if not hmac.compare_digest(str(question.pop("token")), self.server.token):
                return
            kind = str(question.pop("kind"))
            answer = {} if kind == "stop" else self.server.worker.answer(kind, question)
            self.wfile.write(json.dumps(answer).encode() + b"\n")
            if kind == "stop":
                threading.Thread(target=self.server.shutdown, daemon=True).start()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, worker: _Worker, idle: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.worker, self.token, self._idle = worker, secrets.token_hex(16), idle
        self._last, self._open, self._count = time.monotonic(), 0, threading.Lock()

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Note that a question is being answered."""
        with self._count:
            self._open += 1
        try:
            yield
        finally:
            with self._count:
                self._open -= 1
                self._last = time.monotonic()

    def service_actions(self) -> None:
        """Leave after idleness; called twice a second by the loop."""
        if not self._open and time.monotonic() - self._last > self._idle:
            threading.Thread(target=self.shutdown, daemon=True).start()


def serve(store: Store, idle: float = IDLE_SECONDS) -> None:
    """Answer questions until idle; return at once when this workspace already has a worker."""
    until = time.monotonic() + 20
    while (held := system.try_lock(store.lock_file("worker"))) is None:
        # Held without an address: the one before is on its way out.
        if _address_file(store).exists() or time.monotonic() > until:
            return
        time.sleep(0.1)
    with _Server(_Worker(store), idle) as server:
        address = {"port": server.server_address[1], "token": server.token, "pid": os.getpid(), "code": _code()}
        path = _address_file(store)
        fresh = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
            json.dump(address, stream)
        system.replace(fresh, path)
        try:
            server.serve_forever()
        finally:
            system.remove(path)
            held.release()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the worker."""
    parser = argparse.ArgumentParser(
        prog="python -m vrd_core.fingerprints.worker", description="Keep a network loaded."
    )
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--idle", type=float, default=IDLE_SECONDS, help="seconds without a question before it leaves")
    options = parser.parse_args(arguments)
    with Store(options.workspace) as store:
        serve(store, options.idle)
    return 0


if __name__ == "__main__":
    sys.exit(main())
