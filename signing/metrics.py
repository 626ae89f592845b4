"""Owner of prometheus-client: what this process counted, and how the registry stands at the moment.

Queue, packets and certificates are read when asked for, so every process of the service tells the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, start_http_server
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from signing.errors import ConfigurationError

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_counted = CollectorRegistry()
_requests = Histogram(
    "huurzegel_request_seconds",
    "How long requests took",
    ("method", "path", "status"),
    registry=_counted,
    buckets=_SECONDS,
)
_failures = Counter(
    "huurzegel_step_failures", "Tries of a step that failed", ("step", "kind"), registry=_counted
)
_done = Counter("huurzegel_steps", "Tries of a step that did it", ("step",), registry=_counted)


@dataclass(frozen=True)
class Standing:
    """How the service stands. ``queue``: promised work by its state; ``oldest``: how many seconds the
    oldest packet exists that waits for the service; ``stuck``: by step; ``certificates``: whole days left, by
    use and subject.
    """

    ready: bool
    queue: Mapping[str, int] = field(default_factory=dict)
    packets: Mapping[str, int] = field(default_factory=dict)
    oldest: float = 0.0
    stuck: Mapping[str, int] = field(default_factory=dict)
    certificates: Mapping[tuple[str, str], int] = field(default_factory=dict)


def answered(method: str, path: str, status: int, seconds: float) -> None:
    """Counts a request; ``path``: the route, with nothing filled in."""
    _requests.labels(method, path, str(status)).observe(seconds)


def failed(step: str, kind: str) -> None:
    """Counts a try that failed."""
    _failures.labels(step, kind).inc()


def done(step: str) -> None:
    """Counts a try that did what it should."""
    _done.labels(step).inc()


def told(standing: Standing) -> bytes:
    """Everything, as Prometheus reads it."""
    return bytes(generate_latest(_counted)) + bytes(generate_latest(_as_it_stands(standing)))


@contextmanager
def served(bind: str) -> Iterator[None]:
    """Tells what this process counted on ``address:port``, in a thread, for a process without pages.

    Raises ConfigurationError when nothing can listen there.
    """
    address, _, port = bind.rpartition(":")
    try:
        server, thread = start_http_server(int(port), address.strip("[]"), registry=_counted)
    except (OSError, OverflowError) as error:
        told = f"HUURZEGEL_METRICS_BIND: nothing can listen on {bind} ({error}); give another address:port"
        raise ConfigurationError([told]) from None
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _as_it_stands(standing: Standing) -> CollectorRegistry:
    now = CollectorRegistry()
    _gauge(now, "ready", "1 when documents can be signed and sealed").set(standing.ready)
    oldest = "Seconds since the packet was made that has waited longest for this service"
    _gauge(now, "oldest_waiting_packet_seconds", oldest).set(standing.oldest)
    _each(now, "queue_depth", "Promised work, by state", "state", standing.queue)
    _each(now, "packets", "Packets, by status", "status", standing.packets)
    _each(now, "stuck_steps", "Work that waits for a human, by step", "step", standing.stuck)
    days = _gauge(now, "certificate_days_left", "Whole days until a certificate ends", "use", "subject")
    for (use, subject), left in standing.certificates.items():
        days.labels(use, subject).set(left)
    return now


def _each(registry: CollectorRegistry, name: str, help: str, label: str, numbers: Mapping[str, int]) -> None:
    gauge = _gauge(registry, name, help, label)
    for value, number in numbers.items():
        gauge.labels(value).set(number)


def _gauge(registry: CollectorRegistry, name: str, help: str, *labels: str) -> Gauge:
    return Gauge(f"huurzegel_{name}", help, labels, registry=registry)
