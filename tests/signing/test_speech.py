"""A text becomes sound once, with the programs of Debian themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from signing import speech
from signing.config import TEMPLATES
from signing.errors import ConfigurationError
from signing.speech import Speaker, SpeechFault

MP3_FRAME = 0b1111_1111_1110_0000  # the eleven bits that every frame begins with (ISO/IEC 11172-3, 2.4.1.3)


@pytest.fixture
def speaker(tmp_path: Path) -> Speaker:
    return Speaker(tmp_path / "speech")


def is_mp3(data: bytes) -> bool:
    """Whether it begins with a frame of MPEG audio, layer III."""
    return int.from_bytes(data[:2], "big") & MP3_FRAME == MP3_FRAME and data[1] >> 1 & 0b11 == 0b01


def test_without_the_programs_there_is_no_speaker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationError) as caught:
        Speaker(tmp_path)
    for name in ("espeak-ng", "lame"):
        assert f"{name} is not installed: apt-get install {name}" in str(caught.value)


def test_a_language_without_a_voice_and_a_book_are_refused(speaker: Speaker) -> None:
    with pytest.raises(ValueError, match="no voice for 'ti'"):
        speaker.say("ti", "ሰላም")
    with pytest.raises(ValueError, match="at most 20000 characters"):
        speaker.say("nl", "a" * 20_001)


def test_a_program_that_fails_leaves_no_sound_and_says_what_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("espeak-ng", "lame"):
        (tmp_path / name).write_text("#!/bin/sh\necho out of voice >&2\nexit 3\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(SpeechFault, match=r"espeak-ng stopped \(3\): out of voice"):
        Speaker(tmp_path / "speech").say("nl", "Goedemorgen.")
    assert not (tmp_path / "speech").exists()


@pytest.mark.parametrize("language", sorted(speech.VOICES))
def test_every_voice_speaks(speaker: Speaker, language: str) -> None:
    sound = speaker.say(language, "1 2 3.").read_bytes()
    assert is_mp3(sound)
    assert len(sound) > 2000, "more than half a second"


def test_a_text_is_made_once_and_kept_under_what_it_says(speaker: Speaker) -> None:
    first = speaker.say("nl", "Goedemorgen.")
    made = first.stat().st_mtime_ns
    assert speaker.say("nl", "Goedemorgen.") == first
    assert first.stat().st_mtime_ns == made
    assert speaker.say("nl", "Goedenavond.") != first
    assert speaker.say("en", "Goedemorgen.") != first


def test_a_page_of_text_is_said_in_sentences_without_marks_and_without_another_language() -> None:
    page = (
        '<p><strong>Only Dutch counts.</strong></p>\n<p lang="nl" dir="ltr">Alleen Nederlands geldt.</p>'
        "<h2>What &amp; who</h2><ul><li>You are\na <b>tenant</b></li><li>Is that right?</li></ul>"
    )
    assert speech.spoken("In brief", page).split("\n\n") == [
        "In brief.",
        "Only Dutch counts.",
        "What & who.",
        "You are a tenant.",
        "Is that right?",
    ]


def test_how_long_it_takes_is_about_right(speaker: Speaker) -> None:
    text = (TEMPLATES / "guidance-agreement" / "summary.nl.md").read_text()
    seconds = len(speaker.say("nl", text).read_bytes()) * 8 / (speech.KILOBITS * 1000)
    assert abs(seconds / 60 - speech.minutes(text)) < 1
