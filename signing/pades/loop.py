"""One asyncio loop in one thread, for synchronous callers in any thread."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """Runs coroutines on a loop that lives as long as this object.

    An HTTP session belongs to the loop that made it, so keeping connections alive needs one long-lived loop.
    """

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()
        self._process = os.getpid()

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The coroutine's result or error; raises ``RuntimeError`` after ``close`` or in a forked child."""
        if self._process != os.getpid() or not self._thread.is_alive():
            coroutine.close()
            raise RuntimeError(
                "the loop is closed, or this process was forked after it was made; make a new one"
            )
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """Stop the loop and its thread, with all that still runs on it; calling it twice is fine."""
        if self._process != os.getpid() or not self._thread.is_alive():
            return
        self.run(_end_others())
        # Keys sign in threads of the loop's own; without this they would outlive it.
        self.run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _end_others() -> None:
    """What one failed question of several left behind: the others, which nobody waits for any more."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
