"""The record: what cannot stand in an archive, and what is never told to one."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from signing.archive import ArchiveRecord, Corporation, Party, RecordInvalid, Tenant, as_json, from_json
from tests.signing.archive.samples import DOSSIER, RECORD, RENEWAL, RENEWED, TRANSFER


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"reference": "MTR-0012345678-BGO01-D"}, "check character"),
        ({"reference": "mtr-0012345678-bgo01-c"}, "check character"),
        ({"reference": "../../../etc/passwd"}, "check character"),
        ({"reference": "MTR0012345678BGO01C"}, "check character"),
        ({"related_reference": "MTR-0012345678-BGO01-X"}, "check character"),
        ({"corporation": Corporation("PRTL", "Portaal", "30123456")}, "another corporation"),
        ({"corporation": Corporation("../X", "Portaal", "30123456")}, "2-5 of A-Z"),
        ({"corporation": Corporation("MTR", "Portaal", "3012345")}, "KvK"),
        ({"corporation": Corporation("MTR", "  ", "30123456")}, r"corporation\.name is blank"),
        ({"parties": (Party("referring_org", "Verwijzer", "Opvang", "123"),)}, "KvK"),
        ({"parties": (Party("referring_org", "Verwijzer", "Op\nvang"),)}, r"parties\.organisation holds"),
        ({"parties": ()}, "no organisation"),
        ({"signed_at": ()}, "nobody signed"),
        ({"signed_at": (datetime(2026, 11, 23),)}, "time zone"),  # noqa: DTZ001
        ({"uuid": "1"}, "UUID"),
        ({"code": "OVD"}, "another type"),
        ({"title": ""}, "title is blank"),
        ({"title": "a\x00b"}, "title holds"),
        ({"unit_code": " "}, "unit_code is blank"),
        ({"lease_number_norm": "12345678"}, "lease_number_norm"),
        ({"lease_number_raw": "--", "lease_number_norm": ""}, "lease_number_norm"),
        ({"lease_number_raw": None, "lease_number_norm": None}, "neither lease_number_raw nor dossier"),
        ({"lease_number_raw": None}, "lease_number_norm"),
        ({"template_sha256": "7e"}, "sha256 is not"),
        ({"renewed": replace(RENEWAL, number=0)}, "renewed has no number"),
        ({"renewed": replace(RENEWAL, sealed_sha256="")}, r"renewed\.sealed_sha256 is blank"),
        ({"renewed": replace(RENEWAL, at=datetime(2035, 11, 1))}, "time zone"),  # noqa: DTZ001
        ({"bag_vbo_id": "0344020000123456"}, "bag_vbo_id"),
        ({"tenant": Tenant("A. Şahin", 98)}, "birth_year"),
        ({"tenant": Tenant("A. \ud83d")}, r"tenant\.name holds"),
        ({"start_date": None}, "neither start_date nor transfer_date"),
        ({"end_date": date(2026, 11, 30)}, "before the start"),
        ({"sha256": "ABC"}, "sha256"),
        ({"size": 0}, "size"),
        ({"format": "PDF/A-2a"}, "fmt/476"),
        ({"appraisal": "X"}, "appraisal"),
        ({"language": "Nederlands"}, "language"),
        ({"retention_rule": ""}, "retention_rule is blank"),
    ],
)
def test_a_wrong_record_is_refused_with_the_field_and_why(wrong: dict[str, Any], reason: str) -> None:
    with pytest.raises(RecordInvalid, match=reason):
        replace(RECORD, **wrong)


def test_everything_wrong_is_told_at_once_and_no_value_with_it() -> None:
    with pytest.raises(RecordInvalid) as refusal:
        replace(RECORD, size=0, sha256="x", tenant=Tenant("Geheim\n"), lease_number_raw="99887766")
    assert len(refusal.value.problems) == 4
    assert "Geheim" not in str(refusal.value)
    assert "99887766" not in str(refusal.value)


def test_the_json_holds_every_field_of_the_agreed_list() -> None:
    told = json.loads(as_json(RECORD))
    assert told["reference"] == "MTR-0012345678-BGO01-C"
    assert told["corporation"] == {
        "code": "MTR",
        "name": "Woonstichting 't Möhlenbroek & <Zn>",
        "kvk": "30123456",
    }
    assert told["tenant"] == {"name": "Amina Şahin-Wałęsa van 't O'Neill", "birth_year": 1998}
    assert told["parties"][0]["organisation"] == "Stichting Voorbeeld Opvang"
    assert told["signed_at"] == ["2026-11-23T10:00:00Z", "2026-11-23T11:30:01Z"]
    assert told["sealed_at"] == "2026-11-24T09:00:00Z"
    assert told["start_date"] == "2026-12-01"
    assert told["transfer_date"] is None
    assert (told["appraisal"], told["format"], told["confidentiality"]) == ("V", "fmt/476", "VER")
    fields = {name for name in ArchiveRecord.__dataclass_fields__}
    assert set(told) == fields | {"vera"}


def test_veras_names_stand_beside_ours() -> None:
    agreement = json.loads(as_json(RECORD))["vera"]["informatieobject"]
    assert agreement["code"] == RECORD.reference
    assert agreement["soort"] == {"code": "OVE"}
    assert agreement["archiefnominatie"] == {"code": "VER"}
    assert agreement["overeenkomsten"] == [{"code": "00.1234.5678", "soort": {"code": "HUU"}}]
    assert agreement["bestandsnaam"] == "MTR-0012345678-BGO01-C.pdf"
    form = json.loads(as_json(TRANSFER))["vera"]["informatieobject"]
    assert form["soort"] == {"code": "DOC"}
    assert form["eenheden"] == []


def test_the_archive_is_told_no_phone_mail_address_ip_or_evidence() -> None:
    told = as_json(RECORD).decode().lower()
    for word in ("phone", "mobile", "email", "@", '"ip', "user_agent", "evidence", "statement", "birth_date"):
        assert word not in told


def test_equal_records_are_equal_bytes_and_readable_text() -> None:
    assert as_json(RECORD) == as_json(replace(RECORD))
    assert "Şahin-Wałęsa" in as_json(RECORD).decode("utf-8")
    assert as_json(RECORD).endswith(b"}\n")


def test_moments_are_told_in_utc_whatever_their_zone() -> None:
    amsterdam = timezone(timedelta(hours=1))
    sealed = replace(RECORD, sealed_at=datetime(2026, 11, 24, 10, 0, tzinfo=amsterdam))
    assert as_json(sealed) == as_json(replace(RECORD, sealed_at=datetime(2026, 11, 24, 9, 0, tzinfo=UTC)))


@pytest.mark.parametrize("record", [RECORD, TRANSFER, RENEWED, DOSSIER])
def test_a_record_that_is_read_again_is_written_the_same(record: ArchiveRecord) -> None:
    assert as_json(from_json(as_json(record))) == as_json(record)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"vera": {}}', as_json(RECORD).replace(b'"uuid"', b'"x"')]
)
def test_what_is_not_the_json_of_a_record_is_refused(data: bytes) -> None:
    with pytest.raises(RecordInvalid):
        from_json(data)


def test_a_packet_without_a_lease_is_known_by_its_dossier_number() -> None:
    told = json.loads(as_json(DOSSIER))
    assert (told["dossier_number"], told["lease_number_raw"]) == ("D00004821", None)
    assert told["vera"]["informatieobject"]["overeenkomsten"] == []
