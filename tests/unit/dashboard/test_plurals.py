"""
Plural forms of Czech and Polish, as CLDR counts.

A machine knows no grammar, but it knows which word fits which number.
"""

import re
from decimal import Decimal

import pytest
from babel import Locale

from dashboard import text
from dashboard.translations import messages

NUMBERS = [0, 1, 2, 5, 12, 22, 1.5]
# Plural rules of CLDR 44 for the numbers above, written out: cs and pl.
TAGS = {
    "cs": ["other", "one", "few", "other", "other", "other", "many"],
    "pl": ["many", "one", "few", "many", "many", "few", "other"],
}
ORDER = ("one", "few", "many", "other")
# Words that stand behind the number, by the cases our sentences use:
# one, two to four, five and more, a fraction.
NOUNS = {
    "cs": {
        "one": "místo místa obec obci obce služba služby službu člověk člověka lůžko klient "
        "hovor kontakt obyvatel "
        "účastník řádek rok "
        "mezera kapacita skupina intervence",
        "few": "místa míst obce obcích obcí služby služeb lidé lidi lůžka klienti hovory kontakty obyvatelé "
        "účastníci řádky roky "
        "mezery kapacity skupiny intervence",
        "other": "míst obcí obcích služeb lidí lůžek klientů hovorů kontaktů obyvatel účastníků řádků let "
        "mezer kapacit skupin intervencí",
        "many": "místa obce služby člověka lůžka klienta hovoru kontaktu obyvatele účastníka "
        "řádku roku mezery kapacity skupiny intervence",
    },
    "pl": {
        "one": "miejsce miejsca gmina gminie gminy usługa usługi usługę osoba osoby łóżko "
        "klient rozmowa kontakt "
        "mieszkaniec uczestnik "
        "wiersz rok roku luka skupina grupa interwencja",
        "few": "miejsca miejsc gminy gminach gmin usługi usług osoby osób łóżka klientów rozmowy kontakty "
        "mieszkańców uczestników wiersze "
        "lata lat luki grupy interwencje",
        "many": "miejsc gmin gminach usług osób łóżek klientów rozmów kontaktów mieszkańców uczestników "
        "wierszy lat luk grup interwencji",
        "other": "miejsca gminy usługi osoby łóżka klienta rozmowy kontaktu mieszkańca "
        "uczestnika wiersza roku "
        "luki grupy interwencji",
    },
}
COUNTED = {
    ("{n} place", "{n} places"): {
        "cs": ["0 míst", "1 místo", "2 místa", "5 míst", "12 míst", "22 míst", "1,5 místa"],
        "pl": ["0 miejsc", "1 miejsce", "2 miejsca", "5 miejsc", "12 miejsc", "22 miejsca", "1,5 miejsca"],
    },
    ("{n} municipality", "{n} municipalities"): {
        "cs": ["0 obcí", "1 obec", "2 obce", "5 obcí", "12 obcí", "22 obcí", "1,5 obce"],
        "pl": ["0 gmin", "1 gmina", "2 gminy", "5 gmin", "12 gmin", "22 gminy", "1,5 gminy"],
    },
    ("{n} service", "{n} services"): {
        "cs": ["0 služeb", "1 služba", "2 služby", "5 služeb", "12 služeb", "22 služeb", "1,5 služby"],
        "pl": ["0 usług", "1 usługa", "2 usługi", "5 usług", "12 usług", "22 usługi", "1,5 usługi"],
    },
    ("{n} client", "{n} clients"): {
        "cs": ["0 klientů", "1 klient", "2 klienti", "5 klientů", "12 klientů", "22 klientů", "1,5 klienta"],
        "pl": [
            "0 klientów",
            "1 klient",
            "2 klientów",
            "5 klientów",
            "12 klientów",
            "22 klientów",
            "1,5 klienta",
        ],
    },
}


def counted_messages(language):
    return [message for message in messages.read(language) if isinstance(message.id, tuple | list)]


@pytest.mark.parametrize("language", list(TAGS))
def test_each_number_takes_the_form_of_cldr(language):
    rule = Locale(language).plural_form
    assert [rule(Decimal(str(number))) for number in NUMBERS] == TAGS[language]


@pytest.mark.parametrize("language", list(TAGS))
@pytest.mark.parametrize("forms", list(COUNTED))
def test_numbers_are_read_aloud_right(in_language, language, forms):
    in_language(language)
    assert [text.ngettext(*forms, number, 1) for number in NUMBERS] == COUNTED[forms][language]


@pytest.mark.parametrize("language", list(TAGS))
def test_the_word_behind_a_number_fits_it_in_every_message(language):
    every = {word for words in NOUNS[language].values() for word in words.split()}
    faults, checked = [], 0
    for message in counted_messages(language):
        for tag, form in zip(ORDER, message.string, strict=True):
            for word in re.findall(r"\{n\} (\w+)", form):
                if word in every:
                    checked += 1
                    if word not in NOUNS[language][tag].split():
                        faults.append((tag, form))
    assert faults == []
    assert checked > 100


@pytest.mark.parametrize("language", list(TAGS))
def test_two_and_five_read_differently_wherever_a_noun_follows(language):
    every = {word for words in NOUNS[language].values() for word in words.split()}
    for message in counted_messages(language):
        follows = [re.search(r"\{n\} (\w+)", form) for form in message.string]
        if any(found and found.group(1) in every for found in follows):
            assert len(set(message.string)) > 1, message.id


@pytest.mark.parametrize("language", list(TAGS))
def test_every_form_says_its_number(language):
    """Unless the number stands in a place of its own, in large letters above its word."""
    for message in counted_messages(language):
        if "{n}" in message.id[1]:
            assert all("{n}" in form for form in message.string), message.id
