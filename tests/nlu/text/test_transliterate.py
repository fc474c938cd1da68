from __future__ import annotations

import pytest

from nlu.text.data import rows
from nlu.text.scripts import script_of
from nlu.text.transliterate import transliterate


@pytest.mark.parametrize(
    ("latin", "deva", "guru", "arab"),
    [
        ("Sunita Devi", "सुनीता देवी", "ਸੁਨੀਤਾ ਦੇਵੀ", "سنیتا دیوی"),
        ("Ram Lal", "राम लाल", "ਰਾਮ ਲਾਲ", "رام لال"),
        ("Gurpreet Kaur", "गुरप्रीत कौर", "ਗੁਰਪ੍ਰੀਤ ਕੌਰ", "گرپریت کور"),
        ("Mohammad Imran Khan", "मोहम्मद इमरान खान", "ਮੁਹੰਮਦ ਇਮਰਾਨ ਖ਼ਾਨ", "محمد عمران خان"),
        ("Rajesh Kumar Sharma", "राजेश कुमार शर्मा", "ਰਾਜੇਸ਼ ਕੁਮਾਰ ਸ਼ਰਮਾ", "راجیش کمار شرما"),
    ],
)
def test_common_names_between_all_scripts(latin: str, deva: str, guru: str, arab: str) -> None:
    writings = {"Latn": latin, "Deva": deva, "Guru": guru, "Arab": arab}
    for source in writings.values():
        for script, wanted in writings.items():
            assert transliterate(source, script) == wanted  # type: ignore[arg-type]


def test_the_article_of_an_arabic_name_is_written_with_what_follows() -> None:
    assert transliterate("Abdul Rahman", "Arab") == "عبدالرحمان"


def test_the_dot_of_a_name_cut_short_goes_and_that_of_an_initial_stays() -> None:
    assert transliterate("Mohd. Salim S. Ansari", "Deva").startswith("मोहम्मद सलीम ")
    assert transliterate("Mohd. Salim S. Ansari", "Deva").count(".") == 1


@pytest.mark.parametrize(
    ("latin", "deva"),
    [
        ("Ramdev", "रामदेव"),
        ("Chandrakant", "चंद्रकांत"),
        ("Shyamsundar", "श्यामसुंदर"),
        ("Bhagwan Das", "भगवान दास"),
        ("Tejpal", "तेजपाल"),
        ("Sukhwinder", "सुखविंदर"),
        ("Kamlesh", "कमलेश"),
        ("Jagmohan", "जगमोहन"),
        ("Munni", "मुन्नी"),
        ("Pappu", "पप्पू"),
        ("Girdhari", "गिरधारी"),
        ("Trilok", "त्रिलोक"),
        ("Baldev", "बलदेव"),
        ("Bhola", "भोला"),
    ],
)
def test_rules_for_other_names(latin: str, deva: str) -> None:
    assert transliterate(latin, "Deva") == deva


@pytest.mark.parametrize(
    ("deva", "latin"), [("कमला", "Kamla"), ("रोशनलाल", "Roshanlal"), ("ज़ीनत", "Zeenat"), ("चंपा", "Champa")]
)
def test_devanagari_as_papers_spell_it_in_latin(deva: str, latin: str) -> None:
    assert transliterate(deva, "Latn") == latin


def test_what_is_no_letter_stays() -> None:
    assert transliterate("Ram-Lal, 5", "Deva") == "राम-लाल, 5"
    assert transliterate("Иван", "Deva") == "Иван"


@pytest.mark.parametrize("cells", rows("names"), ids=lambda cells: cells[0])
def test_every_known_name_is_in_its_scripts(cells: list[str]) -> None:
    roman = cells[0].split()[0]
    for script in ("Deva", "Guru", "Arab"):
        written = transliterate(roman, script)
        assert script_of(written) == script
        assert all(script_of(char) in (script, "Zyyy") for char in written), written
