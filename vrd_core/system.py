"""Where Linux, macOS and Windows differ, and nowhere else: names, paths, open files, locks, pipes and processes.

Windows knows no fork, no sessions and hardly any signals; it refuses to rename, replace or delete a file that anybody
has open or memory-mapped, and a folder with such a file in it; it reserves names (CON, NUL) and characters; and a path
of more than 260 letters needs a prefix. A test keeps the calls that only Unix has out of every other file.
"""

from __future__ import annotations

import contextlib
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, TypeVar

import psutil
from filelock import BaseFileLock, FileLock, Timeout

WINDOWS = sys.platform == "win32"

STOP_VARIABLE = "VRD_STOP_FILE"
"""Names a file; the moment it is there, the command that was started with it stops. Works where signals do not."""

PATIENCE = 3.0
"""Seconds for which a file that another program has open is tried again. Virus scanners and readers let go in less."""

_T = TypeVar("_T")

# -- names and paths -----------------------------------------------------------------------------------------------

_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])", re.IGNORECASE)
_LONGEST_PATH = 247
"""Letters that a path may have on Windows without a prefix: 260 less an 8.3 name, which is what a folder may have."""


def safe_name(name: str, *, otherwise: str = "unnamed", longest: int = 200) -> str:
    """Return a file's or folder's name that every system takes, as near to `name` as can be.

    Letters and digits of any script are kept; separators, colons, wildcards and control characters become "_"; dots and
    spaces at the ends go; a reserved name such as CON gets a "_". It has at most `longest` bytes, and keeps its ending.

    >>> safe_name("nul.mp4"), safe_name("12:30? .avi"), safe_name("..", otherwise="video")
    ('nul_.mp4', '12_30_ .avi', 'video')
    """
    plain = unicodedata.normalize("NFC", name)
    kept = "".join(c if c.isalnum() or c in " .-_()+,'&" else "_" for c in plain).strip(" .")
    first, dot, rest = kept.partition(".")
    if _RESERVED.fullmatch(first.rstrip(" ")):
        kept = f"{first.rstrip(' ')}_{dot}{rest}"
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending.encode()) > longest // 2:
        stem, dot, ending = kept, "", ""
    room = longest - len((dot + ending).encode())
    return (stem.encode()[:room].decode(errors="ignore") + dot + ending).rstrip(" .") or otherwise


def with_prefix(path: str, room: int = 0) -> str:
    r"""Return an absolute Windows path, with the prefix \\?\ where it, or what has `room` letters more, is too long."""
    if len(path) + room <= _LONGEST_PATH or path.startswith("\\\\?\\"):
        return path
    plain = path.replace("/", "\\")
    return "\\\\?\\UNC\\" + plain[2:] if plain.startswith("\\\\") else "\\\\?\\" + plain


def full_path(path: str | os.PathLike[str], room: int = 0) -> Path:
    """Return the absolute path under which a file can be opened however long it is; `room` letters may be added."""
    return Path(with_prefix(os.path.abspath(path), room)) if WINDOWS else Path(path).absolute()


def drives() -> tuple[Path, ...]:
    """Return the folders that hold all others: "/", or each drive."""
    if not WINDOWS:
        return (Path("/"),)
    return tuple(Path(disk.mountpoint) for disk in psutil.disk_partitions(all=True))


# -- files that somebody may have open -------------------------------------------------------------------------------


def is_in_use(error: OSError) -> bool:
    """Return whether Windows refused because a file is open or mapped (access denied, sharing or lock violation)."""
    return getattr(error, "winerror", None) in (5, 32, 33, 1224)


def patiently(action: Callable[[], _T], seconds: float = PATIENCE) -> _T:
    """Do something to a file, and again while it is in use; then raise what the system said."""
    until = time.monotonic() + seconds
    while True:
        try:
            return action()
        except OSError as error:
            if not is_in_use(error) or time.monotonic() > until:
                raise
        time.sleep(0.05)


def replace(source: Path, target: Path) -> None:
    """Move a file to where one may be, which somebody may be reading just now."""
    patiently(lambda: os.replace(source, target))


def rename_folder(source: Path, target: Path) -> None:
    """Move a folder to where none is; a scanner may still look at what was written into it."""
    patiently(lambda: os.rename(source, target))


def move_new(source: Path, target: Path) -> None:
    """Move a file to a name that is free. Raises FileExistsError where it is not: nothing is ever replaced."""
    if WINDOWS:
        patiently(lambda: os.rename(source, target))
        return
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:
        # A disk without hard links, such as a memory stick.
        target.open("xb").close()
        os.replace(source, target)
    else:
        os.unlink(source)


def remove(path: Path, seconds: float = PATIENCE) -> bool:
    """Delete a file; return whether it is gone. One that stays in use is left."""
    try:
        patiently(lambda: path.unlink(missing_ok=True), seconds)
    except OSError as error:
        if not is_in_use(error):
            raise
        return False
    return True


def remove_tree(folder: Path, seconds: float = 0.5) -> bool:
    """Delete a folder as far as that is possible; return whether it is gone."""
    until = time.monotonic() + seconds
    while True:
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return True
        if time.monotonic() > until or not WINDOWS:
            return False
        time.sleep(0.05)


# -- locks -----------------------------------------------------------------------------------------------------------


def try_lock(path: Path) -> BaseFileLock | None:
    """Take a lock that every process honours, or return None where another holds it.

    It is given back by `release()`, or by the end of the process, however that comes. The file stays; it holds nothing.
    """
    # Not the stand-in for file systems without locks: that one is a file, and would outlive a killed process.
    lock = FileLock(path, mode=0o600, thread_local=False, fallback_to_soft=False, preserve_lock_file=True)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return None
    return lock


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock, waiting for it. A signal, or an error raised from another thread, gets through while it waits."""
    while (lock := try_lock(path)) is None:
        time.sleep(0.1)
    try:
        yield
    finally:
        lock.release()


# -- processes -------------------------------------------------------------------------------------------------------


class Output:
    """What a process writes, read in a thread, so that its reader can do other things while nothing comes.

    The process must have been started with stdout=PIPE and bufsize=0.
    """

    def __init__(self, process: subprocess.Popen[bytes], piece: int | None = None) -> None:
        """Begin to read: pieces of `piece` bytes, an unfinished last one dropped, or whatever comes."""
        assert process.stdout is not None
        self._pipe: IO[bytes] = process.stdout
        # Two pieces ahead: whoever writes faster than this side reads has to wait.
        self._pieces: queue.Queue[bytes | bytearray] = queue.Queue(maxsize=2)
        self._left = False
        self._thread = threading.Thread(target=self._read, args=(piece,), name="output", daemon=True)
        self._thread.start()

    def get(self, seconds: float) -> bytes | bytearray | None:
        """Return the next piece, b"" for ever at the end, and None where nothing came for that long."""
        try:
            piece = self._pieces.get(timeout=seconds)
        except queue.Empty:
            return None
        if not piece:
            self._pieces.put(b"")
        return piece

    def leave(self) -> None:
        """Stop reading; the process must have ended. The pipe is closed."""
        self._left = True
        while self._thread.is_alive():
            with contextlib.suppress(queue.Empty):
                self._pieces.get(timeout=0.05)

    def _read(self, piece: int | None) -> None:
        size = piece or 1 << 16
        with self._pipe:
            while not self._left:
                held = bytearray(size)
                view, filled = memoryview(held), 0
                while filled < (size if piece else 1):
                    got = self._pipe.readinto(view[filled:])  # type: ignore[attr-defined]
                    if not got:
                        self._pieces.put(b"")
                        return
                    filled += got
                self._pieces.put(held if filled == size else bytes(view[:filled]))


def start_detached(command: Sequence[str], *, cwd: Path, output: IO[Any]) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one, even where this one is ended with its whole group or its window."""
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        # A console of its own that is not shown: without any, each program that it starts would open one.
        options = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=cwd, **options)
    # A process that nobody waits for stays in the table of processes.
    threading.Thread(target=process.wait, daemon=True).start()
    return process


def end_tree(process: subprocess.Popen[Any]) -> None:
    """End a process and everything that it started, at once."""
    if process.poll() is not None:
        return
    try:
        top = psutil.Process(process.pid)
        family = [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()


def step_back() -> None:
    """Give way to other programs from now on."""
    psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if WINDOWS else min(19, psutil.Process().nice() + 5))


@contextlib.contextmanager
def stop_wanted() -> Iterator[Callable[[], bool]]:
    """Yield what says whether this command is asked to stop: by Ctrl-C, by the system, or by the file of STOP_VARIABLE.

    The command looks between two pieces of work. Must be called in the main thread.
    """
    asked, file = threading.Event(), os.environ.get(STOP_VARIABLE)
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in numbers}
    try:
        yield lambda: asked.is_set() or (file is not None and os.path.exists(file))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
