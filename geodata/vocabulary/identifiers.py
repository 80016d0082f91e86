"""
Identifiers and contacts of organisations: cleaned and checked one value at a time.

Every function takes text as found and returns the value in its one written form,
or None where the text holds none.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

ICO_LENGTH = 8
PREFIXES = {"CZ": "420", "PL": "48"}
NUMBER_LENGTH = 9  # of a phone, both countries
DIGEST_LENGTH = 10

LEGAL_FORMS = (
    "prispevkova organizace",
    "obecne prospesna spolecnost",
    "poskytovatel socialnich sluzeb",
    "zapsany spolek",
    "zapsany ustav",
    "pobocny spolek",
    "nestatni zarizeni",
    "sp z o o",
    "spol s r o",
    "s r o",
    "o p s",
    "p o",
    "p s",
    "z s",
    "z u",
    "a s",
    "spolek",
)
FORMER_NAME = re.compile(r"\((?:dříve|dawniej)[^)]*\)", re.IGNORECASE)
GENERIC_WORDS = frozenset(
    {"domov", "pro", "seniory", "senioru", "centrum", "dum", "charita", "diakonie", "obec", "mesto"}
)


def fold(text: str) -> str:
    """
    Reduce a text to lower-case ASCII letters and digits, words divided by one space.

    "Příspěvková organizace, Łódź" → "prispevkova organizace lodz".

    Examples
    --------
    >>> fold("Příspěvková organizace, Łódź")
    'prispevkova organizace lodz'
    """
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ß", "ss"))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain.encode("ascii", "ignore").decode()).split())


def fold_provider(name: str) -> str:
    """
    Reduce the name of an organisation to what tells it apart:
    legal form, former name and word "farní" dropped.

    "HOSPIC Frýdek-Místek, p.o." and "Hospic Frýdek - Místek" both give "hospic frydek mistek".

    Examples
    --------
    >>> fold_provider("HOSPIC Frýdek-Místek, p.o.") == fold_provider("Hospic Frýdek - Místek")
    True
    """
    folded = f" {fold(FORMER_NAME.sub(' ', name))} "
    for form in LEGAL_FORMS:
        folded = folded.replace(f" {form} ", " ")
    # Czech parish charities were renamed "Farní charita X" → "Charita X"
    # without becoming other organisations.
    return " ".join(folded.replace(" farni charita ", " charita ").split())


def provider_key(name: str) -> str | None:
    """
    Return a key that two spellings of one organisation share, or None where the name is too general to tell.

    The order of words does not count: "Centrum služeb, p. o. (Těšín)" is "Centrum služeb Těšín, p. o.".

    Examples
    --------
    >>> provider_key("Centrum služeb, p. o. (Těšín)"), provider_key("Domov pro seniory")
    ('centrum sluzeb tesin', None)
    """
    words = sorted(fold_provider(name).split())
    return None if not words or GENERIC_WORDS.issuperset(words) else " ".join(words)


def clean_ico(text: str | None) -> str | None:
    """
    Return the Czech organisation number (IČO) as text of 8 characters, or None where there is none.

    Spreadsheets drop leading zeros; they are put back.

    Examples
    --------
    >>> clean_ico("551023"), clean_ico("unknown")
    ('00551023', None)
    """
    digits = re.sub(r"\s", "", text or "")
    return digits.zfill(ICO_LENGTH) if digits.isdecimal() and len(digits) <= ICO_LENGTH else None


def is_valid_ico(ico: str) -> bool:
    """
    Tell whether the check digit of an IČO fits (modulo 11, weights 8 to 2).

    Examples
    --------
    5 · 6 + 5 · 5 + 1 · 4 + 2 · 2 = 63 = 5 · 11 + 8, and 11 - 8 is the last digit.

    >>> is_valid_ico("00551023"), is_valid_ico("00551024")
    (True, False)
    """
    if len(ico) != ICO_LENGTH or not ico.isdecimal():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(ico, range(8, 1, -1), strict=False))
    return (11 - total % 11) % 10 == int(ico[-1])


def provider_id(name: str, ico: str | None, country: str, regon: str | None = None) -> str:
    """
    Return the identifier of a provider: by its official number, else a stable digest of its name.

    Parameters
    ----------
    name
        Name of the organisation; spelling, legal form and order of words do not change the digest.
    ico
        Cleaned IČO (CZ).
    country
        ISO 3166 code.
    regon
        Polish organisation number, 9 or 14 digits.

    Examples
    --------
    >>> provider_id("Obec", "00551023", "CZ")
    'cz-ico-00551023'
    >>> spellings = ("Centrum služeb Těšín, p. o.", "Centrum služeb (Těšín)")
    >>> len({provider_id(name, None, "CZ") for name in spellings})
    1
    """
    if ico:
        return f"cz-ico-{ico}"
    if regon:
        return f"pl-regon-{regon}"
    words = provider_key(name) or fold(name)
    digest = hashlib.sha256(words.encode()).hexdigest()[:DIGEST_LENGTH]
    return f"{country.casefold()}-name-{digest}"


def clean_phone(text: str | None, country: str) -> str | None:
    """
    Return phone numbers as "+420 558 441 611", several divided by ", ".

    Parameters
    ----------
    text
        As found; numbers may follow each other with nothing but a space between.
    country
        Decides the prefix where none is written; Czech and Polish numbers have 9 digits.

    Returns
    -------
    phone
        None where no number is found. A number of another length is kept as its digits:
        a wrong reading would be worse.

    Examples
    --------
    >>> clean_phone("00420800123456", "CZ"), clean_phone("800-123-456", "PL"), clean_phone("112", "CZ")
    ('+420 800 123 456', '+48 800 123 456', '112')
    """
    phones: list[str] = []
    for part in re.split(r"[,;/]|\s{3,}|\ba\b|\bi\b", text or ""):
        stripped = part.strip()
        digits = re.sub(r"\D", "", stripped)
        prefix = PREFIXES[country]
        # "+0420" and "00420" are ways to write the same prefix.
        if stripped.startswith("+") or (stripped.startswith("00") and len(digits) > NUMBER_LENGTH):
            digits = digits.lstrip("0")
            known = next((code for code in PREFIXES.values() if digits.startswith(code)), None)
            if known is None:
                phones += [f"+{digits}"] if digits else []
                continue
            prefix, digits = known, digits[len(known) :]
        if not digits:
            continue
        if len(digits) % NUMBER_LENGTH == 0:
            for start in range(0, len(digits), NUMBER_LENGTH):
                number = digits[start : start + NUMBER_LENGTH]
                phones.append(f"+{prefix} {number[:3]} {number[3:6]} {number[6:]}")
        else:
            phones.append(digits)
    return ", ".join(dict.fromkeys(phones)) or None


def clean_web(text: str | None) -> str | None:
    """
    Return a web address with its scheme and without a trailing slash; None where the text is no address.

    An address without a scheme gets http:
    servers lead on to https where they have it, not the other way round.

    Examples
    --------
    >>> clean_web("WWW.Example.org/"), clean_web("nemáme")
    ('http://www.example.org', None)
    """
    address = "".join((text or "").split()).rstrip("/")
    if not address:
        return None
    if not re.match(r"https?://", address, re.IGNORECASE):
        address = f"http://{address}" if "://" not in address else ""
    scheme, _, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    if not re.fullmatch(r"[\w.-]+\.\w{2,}(:\d+)?", host):
        return None
    return f"{scheme.lower()}://{host.lower()}{slash}{path}"


def clean_email(text: str | None) -> str | None:
    """
    Return an e-mail address in lower case, or None where the text is none.

    Examples
    --------
    >>> clean_email(" Office@Example.ORG "), clean_email("office at example")
    ('office@example.org', None)
    """
    address = (text or "").strip().lower()
    return address if re.fullmatch(r"[^@\s,;]+@[\w.-]+\.\w{2,}", address) else None


def clean_postal_code(text: str | None, country: str) -> str | None:
    """
    Return "739 11" (CZ) or "43-190" (PL), or None where the text is no postal code.

    Examples
    --------
    >>> clean_postal_code("73911", "CZ"), clean_postal_code("43190", "PL"), clean_postal_code("7391", "CZ")
    ('739 11', '43-190', None)
    """
    digits = re.sub(r"[\s-]", "", text or "")
    if len(digits) != 5 or not digits.isdecimal():
        return None
    return f"{digits[:2]}-{digits[2:]}" if country == "PL" else f"{digits[:3]} {digits[3:]}"
