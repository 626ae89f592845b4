from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError

import pytest

from signing.pades.loop import LoopThread


def test_a_closed_loop_runs_nothing_more() -> None:
    loop = LoopThread("closed")
    loop.close()
    loop.close()
    with pytest.raises(RuntimeError, match="make a new one"):
        loop.run(asyncio.sleep(0))


def test_what_nobody_waits_for_any_more_ends_with_the_loop() -> None:
    loop = LoopThread("left behind")

    async def leave() -> asyncio.Task[None]:
        left = asyncio.create_task(asyncio.sleep(3600))
        await asyncio.sleep(0)
        return left

    left = loop.run(leave())
    assert not left.done()
    loop.close()
    assert left.cancelled()


def test_who_still_waits_when_the_loop_closes_does_not_wait_for_ever() -> None:
    loop = LoopThread("waited for")
    running = threading.Event()
    told: list[BaseException] = []

    async def work() -> None:
        running.set()
        await asyncio.sleep(3600)

    def wait() -> None:
        try:
            loop.run(work())
        except CancelledError as error:
            told.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert running.wait(30)
    loop.close()
    waiting.join(30)
    assert not waiting.is_alive()
    assert len(told) == 1
