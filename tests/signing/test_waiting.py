"""Work that misses a service elsewhere, on the real engine: it waits, and is done when that is back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from signing.pades import Pades, TsaSettings
from signing.pades.development import ensure
from signing.pades.responders import timestamp_reply
from signing.services import pades_settings
from signing.store import Stuck
from signing.stuck import try_again
from signing.work import DurableAgenda, working
from tests import people
from tests.conftest import Case
from tests.signing.pades.wrong_tsa import REPLY, Answer, answering

PATIENCE = 30.0


class MoodyTsa:
    """Answers well only when ``well``."""

    def __init__(self, case: Case) -> None:
        self.well = False
        self.asked = 0
        folder = case.services.config.data.parent / "pki"
        self._tsa = ensure(folder, case.clock()).entity("tsa")
        self._clock = case.clock

    def __call__(self, question: bytes) -> Answer:
        """What the authority answers."""
        self.asked += 1
        if not self.well:
            return 503, "text/plain", b"busy"
        return 200, REPLY, timestamp_reply(question, self._tsa, self._clock())


def wait_for(holds: Callable[[], object], what: str) -> None:
    """Waits until ``holds()`` is true."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(0.05)


# The engine leaves connections for the collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_without_timestamps_work_waits_then_is_on_the_list_and_is_done_when_they_are_back(sent: Case) -> None:
    tsa = MoodyTsa(sent)
    with answering(tsa) as url:
        settings = replace(pades_settings(sent.services.config), tsas=(TsaSettings(url),), timeout=2)
        with Pades(settings) as pades:
            services = replace(sent.services, pades=pades, agenda=DurableAgenda(sent.services.store))

            def stuck() -> list[Stuck]:
                with services.store.read() as tx:
                    return tx.attention.all()

            def applied(role: str) -> bool:
                return people.now(services, sent.packet).recipient(role).applied_at is not None

            with working(services):
                people.press(services, sent.packet, "tenant")
                wait_for(lambda: tsa.asked >= 3, "three tries")
                assert not stuck()
                tsa.well = True
                wait_for(lambda: applied("tenant"), "the signature to be put in by itself")

                tsa.well, tsa.asked = False, 0
                people.press(services, sent.packet, "referring_org")
                wait_for(lambda: tsa.asked >= 2, "two tries")
                sent.clock.move(seconds=60 * services.config.stuck_after_minutes)
                wait_for(stuck, "the work to be on the list")
                [listed] = stuck()
                assert listed.step == "apply:referring_org"
                assert listed.reason.startswith("TimestampUnavailable: no time-stamping authority gave")
                assert not applied("referring_org")

                tsa.well = True
                try_again(services, listed.packet_id, listed.step)
                wait_for(lambda: applied("referring_org"), "the signature after all")
                assert not stuck()


# The engine leaves connections for the collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_without_the_disk_of_the_documents_work_is_on_the_list_by_name_and_done_after_its_return(
    sent: Case,
) -> None:
    documents = sent.services.config.data / "documents"
    services = replace(sent.services, agenda=DurableAgenda(sent.services.store))

    def stuck() -> list[Stuck]:
        with services.store.read() as tx:
            return list(tx.attention.all())

    def applied() -> bool:
        return people.now(services, sent.packet).recipient("tenant").applied_at is not None

    people.press(services, sent.packet, "tenant")
    documents.rename(documents.with_name("unmounted"))
    documents.write_text("what is not mounted takes no files")
    with working(services):
        time.sleep(1.5)
        assert not stuck()
        sent.clock.move(seconds=60 * services.config.stuck_after_minutes)
        wait_for(stuck, "the work to be on the list")
        [listed] = stuck()
        assert (listed.step, listed.reason.partition(":")[0]) == ("apply:tenant", "BlobsUnavailable")
        documents.unlink()
        documents.with_name("unmounted").rename(documents)
        try_again(services, listed.packet_id, listed.step)
        wait_for(applied, "the signature after all")
        assert not stuck()
