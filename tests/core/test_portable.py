"""What only Unix has stands in one file: the syntax trees of all the others are read and must not name it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOME = ROOT / "vrd_core" / "system.py"
SOURCES = sorted(
    path
    for folder in ("vrd_core", "dashboard", "demo_films", "pages")
    for path in (ROOT / folder).rglob("*.py")
    if path != HOME
)

MODULES = {
    *("fcntl", "resource", "pwd", "grp", "select", "selectors", "termios", "tty", "pty", "posix", "signal", "syslog"),
    *("msvcrt", "winreg", "_winapi", "psutil", "filelock"),
}
OF_OS = {
    *("fork", "forkpty", "setsid", "setpgid", "setpgrp", "getpgid", "killpg", "kill", "nice", "readv", "writev"),
    *("pread", "pwrite", "preadv", "pwritev", "getuid", "geteuid", "getgid", "getegid", "uname", "mkfifo", "openpty"),
    *("wait", "wait3", "wait4", "waitid", "waitpid", "sched_getaffinity", "sched_setaffinity", "sysconf"),
    *("sendfile", "posix_fadvise", "posix_spawn", "O_DIRECTORY", "O_CLOEXEC", "O_NOFOLLOW", "startfile"),
}
KEYWORDS = {"preexec_fn", "start_new_session", "process_group", "pass_fds", "creationflags", "startupinfo"}
PATHS = re.compile(r"(?<![\w.)])/(proc|dev|tmp|sys|etc|usr|var)(/|$)")


def unix_only(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of everything that another system does not have."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Import):
            yield from ((line, a.name) for a in node.names if a.name.partition(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0 and node.module in MODULES:
                yield line, str(node.module)
            elif node.module == "os":
                yield from ((line, f"os.{a.name}") for a in node.names if a.name in OF_OS)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "os" and node.attr in OF_OS:
                yield line, f"os.{node.attr}"
        elif isinstance(node, ast.keyword) and node.arg in KEYWORDS:
            yield line, node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            if re.fullmatch(r"SIG[A-Z]+", node.value) or PATHS.search(node.value):
                yield line, node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            whole = node.func.value
            if node.func.attr == "join" and isinstance(whole, ast.Constant) and whole.value == ":":
                yield line, '":".join'


def evaluated_arrays(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield where an array is opened by something that evaluates its header."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            if ast.unparse(node) in ("np.load", "numpy.load", "ast.literal_eval"):
                yield node.lineno, ast.unparse(node)
            if node.attr in ("read_array", "open_memmap", "read_array_header_1_0", "read_array_header_2_0"):
                yield node.lineno, node.attr
        elif isinstance(node, ast.ImportFrom) and node.module in ("numpy", "ast", "numpy.lib.format"):
            yield from ((node.lineno, a.name) for a in node.names if a.name in ("load", "literal_eval", "open_memmap"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_nothing_that_only_unix_has(path: Path) -> None:
    assert list(unix_only(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("path", [*SOURCES, HOME], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_arrays_are_opened_in_one_way(path: Path) -> None:
    assert list(evaluated_arrays(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    [
        "import fcntl",
        "import signal",
        "from select import select",
        "os.fork()",
        "from os import setsid",
        "os.killpg(1, 9)",
        "os.readv(0, [])",
        "os.pread(0, 1, 2)",
        "os.nice(5)",
        "Popen([], start_new_session=True)",
        "open('/proc/self/stat')",
        "Path('/tmp') / 'x'",
        "f'/dev/{name}'",
        "':'.join(roots)",
        "getattr(s, 'SIGKILL')",
    ],
)
def test_it_would_be_seen(code: str) -> None:
    assert list(unix_only(ast.parse(code)))


@pytest.mark.parametrize("code", ["np.load(path)", "from numpy import load", "np.lib.format.open_memmap(path)"])
def test_an_array_opened_in_another_way_would_be_seen(code: str) -> None:
    assert list(evaluated_arrays(ast.parse(code)))


def test_what_all_systems_have_is_let_through() -> None:
    code = "'''Reads /proc.'''\nos.pathsep.join(a); os.replace(a, b); ', '.join(c); '/vrd/video'; 'a/tmp'"
    assert list(unix_only(ast.parse(code))) == []
