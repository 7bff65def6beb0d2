"""Ask the process that keeps the network loaded, without holding up the page.

A question runs in a thread of the server's and its answer is kept; the page looks again until it is there. Threads call
nothing of Streamlit's.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import streamlit as st

KEPT = 64
"""Answers that are kept: pictures of some hundred kilobytes."""


class Questions:
    """Answers by key, each asked once."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="question")
        self._answers: OrderedDict[str, Future[Any]] = OrderedDict()
        self._lock = threading.Lock()

    def ask(self, key: str, question: Callable[[], Any]) -> Future[Any]:
        """Return the answer to come; the same key is not asked twice, unless it went wrong before."""
        with self._lock:
            known = self._answers.get(key)
            if known is None:
                known = self._answers[key] = self._pool.submit(question)
                while len(self._answers) > KEPT:
                    self._answers.popitem(last=False)[1].cancel()
            self._answers.move_to_end(key)
            return known

    def forget(self, key: str) -> None:
        """Drop an answer, so that it is asked again."""
        with self._lock:
            self._answers.pop(key, None)


@st.cache_resource(show_spinner=False)
def questions() -> Questions:
    """Return the questions of this server."""
    return Questions()
