"""A text as sound, for who would rather listen; the only place that runs espeak-ng and lame."""

from __future__ import annotations

import hashlib
import html
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from signing import disk
from signing.errors import ConfigurationError, SigningError

# What espeak-ng says so that people follow it. It has no Tigrinya.
VOICES = {"nl": "nl", "en": "en-gb", "ar": "ar", "tr": "tr", "uk": "uk", "pl": "pl"}
WORDS_PER_MINUTE = 130  # of a calm newsreader: 150 to 160; slower for who hears a language that is not theirs
# Speech is clear at this rate, and a minute of it is 180 kB.
SAMPLES, KILOBITS = 16, 24  # kHz, kbit/s
PATIENCE = 60.0  # seconds for one text; a page of it takes one
LONGEST_TEXT = 20_000  # characters

_OF_BLOCK = re.compile(r"</(?:h[1-6]|p|li|td|th)>")
_OTHERS_WORDS = re.compile(r'<p lang="[^"]*" dir="[^"]*">.*?</p>', re.DOTALL)  # in another voice's language
_TAG = re.compile(r"<[^>]*>")
_ENDED = (".", "?", "!", ":", ";", "؟", "…")


class SpeechFault(SigningError):
    """The programs did not make the sound; an operator looks at what they said."""


class Speaker:
    """Makes each text once: the sound stands in ``folder`` under the hash of text, voice and speed.

    Raises:
        ConfigurationError: a program is not installed.
    """

    def __init__(self, folder: Path) -> None:
        found = {name: shutil.which(name) for name in ("espeak-ng", "lame")}
        absent = [name for name, path in found.items() if path is None]
        if absent:
            raise ConfigurationError([f"{name} is not installed: apt-get install {name}" for name in absent])
        self._programs = {name: str(path) for name, path in found.items()}
        self._folder = folder
        self._one_at_a_time = Lock()  # two readers of a new text need it only once

    def speaks(self, language: str) -> bool:
        """Whether there is a voice for this language (ISO 639-1)."""
        return language in VOICES

    def say(self, language: str, text: str) -> Path:
        """The MP3 of a text. Takes a second or two for a page the first time.

        Raises SpeechFault, and ValueError when there is no voice or the text is too long.
        """
        if not self.speaks(language):
            raise ValueError(f"there is no voice for {language!r}: ask speaks() first")
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"a text to say has at most {LONGEST_TEXT} characters, not {len(text)}")
        voice = ("-v", VOICES[language], "-s", str(WORDS_PER_MINUTE), "-b", "1")
        sound = ("--quiet", "-m", "m", "--resample", str(SAMPLES), "-b", str(KILOBITS))
        path = self._folder / f"{_key(*voice, *sound, text)}.mp3"
        with self._one_at_a_time:
            if not path.exists():
                wave = self._run("espeak-ng", (*voice, "--stdin", "--stdout"), text.encode())
                mp3 = self._run("lame", (*sound, "-", "-"), wave)
                self._folder.mkdir(mode=disk.FOLDER_MODE, parents=True, exist_ok=True)
                disk.write_once(path, mp3)
        return path

    def _run(self, name: str, options: Sequence[str], given: bytes) -> bytes:
        try:
            done = subprocess.run(  # noqa: S603  (a program of ours; the text goes in as data)
                [self._programs[name], *options],
                input=given,
                capture_output=True,
                timeout=PATIENCE,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode(errors="replace").strip()[:300]
            raise SpeechFault(f"{name} stopped ({error.returncode}): {said}. Try it by hand.") from error
        except subprocess.TimeoutExpired as error:
            raise SpeechFault(f"{name} took more than {PATIENCE:.0f} s. Is the machine too busy?") from error
        if not done.stdout:
            raise SpeechFault(f"{name} gave no sound. Try it by hand.")
        return done.stdout


def spoken(title: str, page: str) -> str:
    """What is said of an HTML text: its title and blocks, each a sentence of its own.

    A paragraph that is marked as another language is left out: this voice cannot say it.
    """
    blocks = _OF_BLOCK.sub("\0", _OTHERS_WORDS.sub("", page)).split("\0")
    lines = (" ".join(html.unescape(_TAG.sub(" ", block)).split()) for block in (title, *blocks))
    return "\n\n".join(line if line.endswith(_ENDED) else f"{line}." for line in lines if line)


def minutes(text: str) -> int:
    """How long saying a text takes, in whole minutes, at least 1."""
    return max(1, round(len(text.split()) / WORDS_PER_MINUTE))


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
