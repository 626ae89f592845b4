"""What a process counted, for a watcher that asks it."""

from __future__ import annotations

import socket
import urllib.request

import pytest

from signing import metrics
from signing.errors import ConfigurationError


def test_an_address_that_is_taken_is_named_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        bind = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(ConfigurationError, match="HUURZEGEL_METRICS_BIND"), metrics.served(bind):
            pass


def test_a_process_without_pages_tells_its_counts_until_it_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with metrics.served(f"127.0.0.1:{port}"):
        metrics.failed("of-this-test", "timestamps")
        metrics.done("of-this-test")
        metrics.done("of-this-test")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
    assert 'huurzegel_step_failures_total{kind="timestamps",step="of-this-test"} 1.0' in lines
    assert 'huurzegel_steps_total{step="of-this-test"} 2.0' in lines
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10)


def test_a_label_cannot_break_out_of_its_line() -> None:
    standing = metrics.Standing(True, certificates={("seal", 'CN="a"\nhuurzegel_ready 0'): 3})
    lines = metrics.told(standing).decode().splitlines()
    assert "huurzegel_ready 1.0" in lines
    assert "huurzegel_ready 0" not in lines
