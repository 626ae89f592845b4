"""Settings of an archive that cannot be right: refused at the start, all at once, and no secret is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from signing.archive import Settings, open_destination
from signing.config import Archive
from signing.errors import ConfigurationError
from tests.signing.archive.servers import WEBHOOK_SECRET

# Of a real server of nobody.
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBiH1NXGhC87o1HleouJSo5xevgEk8KGMrkaYU4UOQL0"

SFTP = Settings("sftp://sftp.voorbeeld.nl/in", username="huurzegel", secret="s3cr3t", host_key=HOST_KEY)
S3 = Settings("s3://archief", username="AKIA", secret="s3cr3t")
DAV = Settings("webdavs://dav.voorbeeld.nl/in", username="huurzegel", secret="s3cr3t")
POST = Settings("https://api.voorbeeld.nl/in", secret=WEBHOOK_SECRET)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (replace(SFTP, url="sftp://huurzegel:s3cr3t@sftp.voorbeeld.nl/in"), "name or password in its URL"),
        (replace(SFTP, url="sftp://sftp.voorbeeld.nl"), "names no folder"),
        (replace(SFTP, url="sftp:///in"), "names no host"),
        (replace(SFTP, url="sftp://sftp.voorbeeld.nl:99999/in"), "a port that is none"),
        (replace(SFTP, url="sftp://sftp.voorbeeld.nl/in/../out"), r"\.\. or // in its path"),
        (replace(SFTP, url="sftp://sftp.voorbeeld.nl/in?key=s3cr3t"), "query or fragment"),
        (replace(SFTP, username=None), "no username"),
        (replace(SFTP, host_key=None), "no host_key"),
        (replace(SFTP, host_key="ssh-ed25519 AAAA"), "host_key is no SSH key"),
        (replace(SFTP, host_key="trust everybody"), "host_key is no SSH key"),
        (replace(SFTP, secret=""), "neither a private_key nor a secret_file"),
        (replace(SFTP, private_key=Path(__file__)), "private_key cannot be read"),
        (replace(SFTP, private_key=Path("/nowhere")), "private_key cannot be read"),
        (replace(S3, username=None), "access key id"),
        (replace(S3, secret=""), "secret access key"),
        (replace(S3, url="s3://"), "names no host"),
        (replace(S3, endpoint="http://s3.voorbeeld.nl"), "not https"),
        (replace(S3, retain_days=0), "retain_days"),
        (replace(DAV, url="webdav://dav.voorbeeld.nl/in"), "would go unprotected"),
        (replace(DAV, url="webdavs://dav.voorbeeld.nl"), "names no folder"),
        (replace(DAV, secret=""), "without secret_file"),
        (replace(DAV, ca=Path("/nowhere")), "no file with certificates"),
        (replace(POST, url="http://api.voorbeeld.nl/in"), "would go unprotected"),
        (replace(POST, url="https://huurzegel:s3cr3t@api.voorbeeld.nl/in"), "name or password in its URL"),
        (replace(POST, secret="whsec_c2hvcnQ="), "24 bytes or more"),
        (replace(POST, secret="no base64!"), "24 bytes or more"),
        (replace(POST, ca=Path(__file__)), "no file with certificates"),
    ],
)
def test_what_cannot_be_right_is_refused_at_the_start_and_no_secret_is_told(
    settings: Settings, reason: str
) -> None:
    with pytest.raises(ConfigurationError, match=reason) as refusal:
        open_destination(settings)
    assert "s3cr3t" not in str(refusal.value)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        open_destination(Settings("sftp://a:b@/x?y"))
    assert len(refusal.value.problems) == 6


@pytest.mark.parametrize("line", [HOST_KEY, f"sftp.voorbeeld.nl {HOST_KEY}", f"{HOST_KEY} root@sftp"])
def test_a_host_key_may_be_given_as_any_tool_shows_it(line: str) -> None:
    assert open_destination(replace(SFTP, host_key=line))


@pytest.mark.parametrize("settings", [SFTP, S3, DAV, POST])
def test_settings_that_can_be_right_ask_nothing_of_the_network(settings: Settings) -> None:
    assert "s3cr3t" not in repr(open_destination(settings))
    assert "s3cr3t" not in repr(settings)


def test_an_archive_may_be_set_by_its_url_alone() -> None:
    assert Archive.model_validate("file:///archive") == Archive(url="file:///archive")
