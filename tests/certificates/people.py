"""Invented people: values in normal form for each service, and the same in each script."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageDraw

_HOME = {"house_no": "42-B, Gali No. 3", "locality": "Dilshad Garden", "district": "shahdara", "pincode": "110095"}
_SELF = {"applicant_name": "Sunita Devi", "father_name": "Ram Lal", "dob": "1990-05-04", **_HOME}

VALUES: dict[str, dict[str, Any]] = {
    "income_certificate": {**_SELF, "annual_income": 123456, "mobile": "9876543210", "aadhaar": "999941057058"},
    "caste_sc_st": {**_SELF, "caste_name": "Jatav", "social_category": "sc", "religion": "hindu"},
    "domicile_certificate": {**_SELF, "delhi_since": "2004-07-01", "years_in_delhi": 22},
    "marriage_registration": {
        "groom_name": "Harpreet Singh",
        "groom_father": "Gurmeet Singh",
        "groom_dob": "1994-02-11",
        "bride_name": "Fatima Zehra",
        "bride_father": "Mohammad Irfan",
        "bride_dob": "1996-09-30",
        "marriage_date": "2024-02-11",
        "marriage_place": "Lodhi Road, New Delhi",
        "marriage_act": "special_marriage_act_1954",
        "registration_no": "SMA/2024/001234",
        "registration_date": "2024-03-02",
        "district": "shahdara",
    },
    "birth_certificate": {
        "child_name": "Aarav Kumar",
        "child_gender": "male",
        "birth_date": "2026-01-05",
        "mother_name": "Sunita Devi",
        "father_name": "Ram Lal",
        "hospital_name": "GTB Hospital",
        "birth_reg_no": "MCD/2026/55123",
        **_HOME,
    },
    "driving_licence": {
        **_SELF,
        "dl_no": "DL-0420260149646",
        "vehicle_classes": ["MCWG", "LMV"],
        "blood_group": "B+",
    },
}

_NAMES = {
    "hi": ("सुनीता देवी", "राम लाल", "हरप्रीत सिंह", "गुरमीत सिंह", "फ़ातिमा ज़ेहरा", "मोहम्मद इरफ़ान", "आरव कुमार"),
    "pa": ("ਸੁਨੀਤਾ ਦੇਵੀ", "ਰਾਮ ਲਾਲ", "ਹਰਪ੍ਰੀਤ ਸਿੰਘ", "ਗੁਰਮੀਤ ਸਿੰਘ", "ਫ਼ਾਤਿਮਾ ਜ਼ੇਹਰਾ", "ਮੁਹੰਮਦ ਇਰਫ਼ਾਨ", "ਆਰਵ ਕੁਮਾਰ"),
    "ur": ("سنیتا دیوی", "رام لال", "ہرپریت سنگھ", "گرمیت سنگھ", "فاطمہ زہرا", "محمد عرفان", "آرو کمار"),
}
_PLACES = {
    "hi": ("42-B, गली नं. 3", "दिलशाद गार्डन", "लोधी रोड, नई दिल्ली", "जाटव", "जीटीबी अस्पताल"),
    "pa": ("42-B, ਗਲੀ ਨੰ. 3", "ਦਿਲਸ਼ਾਦ ਗਾਰਡਨ", "ਲੋਧੀ ਰੋਡ, ਨਵੀਂ ਦਿੱਲੀ", "ਜਾਟਵ", "ਜੀਟੀਬੀ ਹਸਪਤਾਲ"),
    "ur": ("42-B، گلی نمبر 3", "دلشاد گارڈن", "لودھی روڈ، نئی دہلی", "جاٹو", "جی ٹی بی ہسپتال"),
}


def _local(language: str) -> dict[str, str]:
    woman, father, groom, groom_father, bride, bride_father, child = _NAMES[language]
    house, locality, place, caste, hospital = _PLACES[language]
    return {
        "applicant_name": woman,
        "father_name": father,
        "mother_name": woman,
        "groom_name": groom,
        "groom_father": groom_father,
        "bride_name": bride,
        "bride_father": bride_father,
        "child_name": child,
        "house_no": house,
        "locality": locality,
        "marriage_place": place,
        "caste_name": caste,
        "hospital_name": hospital,
    }


LOCAL: dict[str, dict[str, str]] = {"en": {}, **{language: _local(language) for language in ("hi", "pa", "ur")}}
OFFICE = {
    "en": "Office of the Sub-Divisional Magistrate, Shahdara",
    "hi": "उप-मंडल मजिस्ट्रेट कार्यालय, शाहदरा",
    "pa": "ਉਪ-ਮੰਡਲ ਮੈਜਿਸਟ੍ਰੇਟ ਦਫ਼ਤਰ, ਸ਼ਾਹਦਰਾ",
    "ur": "دفتر سب ڈویژنل مجسٹریٹ، شاہدرہ",
}


def picture() -> bytes:
    """A drawn face: photographs of people have no place in a repository."""
    image = Image.new("RGB", (400, 520), (214, 224, 236))
    pen = ImageDraw.Draw(image)
    pen.ellipse((110, 90, 290, 310), fill=(196, 150, 118))
    pen.pieslice((40, 320, 360, 720), 180, 360, fill=(70, 84, 120))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()
