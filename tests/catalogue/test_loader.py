"""The loader reads what is there, exactly, and says where something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.errors import LoadError
from catalogue.loader import KINDS, load
from catalogue.model import LANGUAGES, STAGES
from tests.catalogue.conftest import KEPT, Copy

INCOME = "services/income_certificate.yml"


def test_everything_is_read_once_and_in_order() -> None:
    catalogue = load()
    assert catalogue is load()
    services = list(catalogue.services.values())
    assert [service.id for service in services][:2] == ["income_certificate", "caste_sc_st"]
    assert [service.launch for service in services] == [True] * 30 + [False] * 8
    assert all(service.form == service.launch for service in services)
    assert len(catalogue.districts) == 13
    assert len(catalogue.sub_divisions) == 39
    assert {place.parent for place in catalogue.sub_divisions.values()} == set(catalogue.districts)
    assert len(catalogue.castes["sc"]) == 36
    assert not any(place.verified for place in catalogue.localities.values())


def test_fields_keep_their_names_for_the_outside_world() -> None:
    fields = load().fields
    assert {fields[name].kind for name in ("gender", "vehicle_classes")} == {"enum", "multi_enum"}
    assert fields["family_members"].type == "text"
    assert fields["family_members"].kind == "list"
    assert fields["appointment_slot"].kind == "datetime"
    assert fields["sub_division"].kind == "ref"
    assert {field.type for field in fields.values()} <= set(KINDS)


def test_options_of_the_transport_offices_come_from_their_own_file() -> None:
    rto = load().fields["rto"]
    assert [option.value for option in rto.options][:2] == ["DL-01", "DL-02"]
    assert rto.type == "choice"


def test_every_text_has_four_languages() -> None:
    for service in load().services.values():
        assert set(service.name) == set(LANGUAGES)
        assert set(service.short) == set(LANGUAGES)
        assert set(service.stages) <= set(STAGES)


def test_the_version_changes_with_any_file(copy: Copy) -> None:
    before = copy.load().version
    assert copy.load().version == before
    copy.edit("groups.yml", "About you", "About yourself")
    assert copy.load().version != before


def test_a_service_is_one_more_file(copy: Copy) -> None:
    text = (copy.folder / INCOME).read_text("utf-8")
    copy.write("services/labour_passport.yml", text.replace("id: income_certificate", "id: labour_passport", 1))
    services = copy.load().services
    assert len(services) == len(KEPT) + 1
    assert services["labour_passport"].fields == services["income_certificate"].fields


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "reason"),
    [
        (INCOME, "outcome: certificate", "outcome: paper", "outcome", "should be one of certificate"),
        (INCOME, "order: 10", "order: 10\ncolour: blue", "colour", "is not a key that is known here"),
        (INCOME, "order: 10", "order: soon", "order", "should be a number"),
        (INCOME, "id: income_certificate", "id: other", "id", "should be 'income_certificate'"),
        (INCOME, "department: revenue", "department: post", "department", "should be one of revenue"),
        (INCOME, "id: father_name", "id: fathers_name", "fields[2].id", "there is no field 'fathers_name'"),
        (INCOME, "id: mobile", "id: father_name", "fields", "father_name is there twice"),
        (INCOME, "group: identity", "group: nobody", "fields[1].group", "there is no group 'nobody'"),
        (INCOME, "required: true", "required: yes", "fields[1].required", "should be true or false, not 'yes'"),
        (INCOME, "id: photo", "id: picture", "documents[3].id", "there is no document 'picture'"),
        (
            INCOME,
            "need: conditional\n    when: permanent_address != null",
            "need: conditional",
            "documents[4].need",
            "needs `when` or a `note`",
        ),
        (INCOME, "expr: annual_income >= 0", "expr: annual_income >= ", "rules[1].expr", "cannot be read"),
        (INCOME, "    matter_of_form: true\n", "", "rules[1].severity", "not verified may warn but not block"),
        (
            INCOME,
            "source: unverified\n    verified: false",
            "source: unverified\n    verified: true",
            "rules[1].verified",
            "cannot be true while the source is unverified",
        ),
        (INCOME, "amount: 0", "amount: none", "fee.amount", "should be a whole number or null"),
        (INCOME, "submitted", "sent", "stages", "'sent' is not a stage"),
        (INCOME, "shared: step_apply", "shared: step_fly", "process[1].shared", "should be one of"),
        (INCOME, "  pa: ਆਮਦਨ ਸਰਟੀਫਿਕੇਟ\n", "", "name.pa", "is missing"),
        (INCOME, "  pa: ਆਮਦਨ ਸਰਟੀਫਿਕੇਟ\n", "  pa: ''\n", "name.pa", "is empty"),
        (INCOME, "  ur: آمدنی سرٹیفکیٹ\n", "  ur: آمدنی سرٹیفکیٹ\n  fr: revenu\n", "name.fr", "is not a key"),
        ("fields/person.yml", "type: name", "type: word", "applicant_name.type", "should be one of name"),
        ("fields/person.yml", "sensitive: true", "secret: true", "secret", "is not a key that is known here"),
        (
            "fields/income.yml",
            "purpose:\n  type: text",
            "purpose:\n  type: choice",
            "purpose.options",
            "has to have options",
        ),
        (
            "fields/person.yml",
            "mother_name:\n  type: name",
            "mother_name:\n  type: name\n  numbered: true",
            "mother_name.numbered",
            "is for fields of type text",
        ),
        ("fields/marriage.yml", "happening: marriage", "happening: wedding", "happening", "should be one of birth"),
        (
            "fields/person.yml",
            "mother_name:\n  type: name",
            "mother_name:\n  type: name\n  happening: birth",
            "mother_name.happening",
            "is for a day (date) or a place",
        ),
        ("places.yml", "sub_division: jangpura", "sub_division: jangpur", "sub_division", "should be one of"),
        ("castes.yml", "verified: false", "verified: maybe", "obc_delhi.verified", "should be true or false"),
        ("services/caste_sc_st.yml", "castes.sc", "castes.abc", "caste_in_list", "there is no list abc"),
    ],
)
def test_says_where_and_what(copy: Copy, name: str, old: str, new: str, key: str, reason: str) -> None:
    copy.edit(name, old, new)
    with pytest.raises(LoadError) as raised:
        copy.load()
    assert raised.value.file == name
    assert key in raised.value.key
    assert reason in raised.value.reason


def test_a_key_written_twice_is_refused(copy: Copy) -> None:
    copy.edit(INCOME, "order: 10", "order: 10\norder: 20")
    with pytest.raises(LoadError, match=r"income_certificate\.yml: line \d+: the key 'order' is there twice"):
        copy.load()


def test_a_field_defined_in_two_files_is_refused(copy: Copy) -> None:
    person = (copy.folder / "fields/person.yml").read_text("utf-8")
    copy.write("fields/second.yml", person.split("father_name:")[0])
    with pytest.raises(LoadError, match="applicant_name: this field is defined twice"):
        copy.load()


def test_a_file_that_is_no_yaml_is_named(copy: Copy) -> None:
    copy.write("groups.yml", "identity: {title: [}")
    with pytest.raises(LoadError, match=r"groups\.yml: line 1"):
        copy.load()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"rto\.yml: cannot be read"):
        load(tmp_path)


def test_every_sub_division_has_a_transport_office_to_propose() -> None:
    catalogue = load()
    codes = [option.value for option in catalogue.fields["rto"].options]
    assert {place.rto for place in catalogue.sub_divisions.values()} == set(codes)


def test_former_names_of_before_december_2025_are_kept() -> None:
    catalogue = load()
    former = {name: place.id for place in catalogue.sub_divisions.values() for name in place.former}
    assert former["Seelampur"] == "yamuna_vihar"
    assert former["Preet Vihar"] == "gandhi_nagar"
    assert "Shahdara" in catalogue.districts["north_east"].former
