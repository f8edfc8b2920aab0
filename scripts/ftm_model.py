"""Makes the facts of the FollowTheMoney model that the crate `domain` embeds.

    pip install followthemoney==4.11.2
    python scripts/ftm_model.py crates/domain/model

Writes `ftm.json` (schemata, properties, types, flags, code lists), `countries.tsv` (codes and names of territories, the
names from the Unicode CLDR as Babel ships it) and `languages.tsv`. Also writes
`vectors.jsonl`: what the package makes of a list of raw values, which the tests compare with. Names, types, ranges and flags are facts about the
interchange format; labels are made here from the names, and no description is taken over. Run it again when the
package moves on; the tests of `domain::schema` and `domain::value` then tell what changed.
"""

import json
import os
import re
import sys

from babel import Locale
from followthemoney import model
from followthemoney.types import registry
from rigour.data.langs.iso639 import ISO3_MAP
from rigour.territories import get_ftm_countries
from rigour.territories.territory import get_index

LABELS = {
    "imoNumber": "IMO number", "mmsi": "MMSI", "leiCode": "LEI", "swiftBic": "SWIFT/BIC", "bic": "BIC", "iban": "IBAN",
    "isin": "ISIN", "figiCode": "FIGI", "vatCode": "VAT number", "innCode": "INN (Russia)", "ogrnCode": "OGRN (Russia)",
    "kppCode": "KPP (Russia)", "okpoCode": "OKPO (Russia)", "okvedCode": "OKVED (Russia)", "uscCode": "USCC (China)",
    "npiCode": "NPI (US)", "dunsCode": "DUNS", "bvdId": "BvD id", "icijId": "ICIJ id", "wikidataId": "Wikidata id",
    "unscId": "UN Security Council id", "idNumber": "Identity number", "uniqueEntityId": "Unique entity id (US)",
    "sourceUrl": "Source address", "publisherUrl": "Publisher's address", "alephUrl": "Aleph address",
    "opencorporatesUrl": "OpenCorporates address", "wikipediaUrl": "Wikipedia address", "crsNumber": "CRS number",
    "dwt": "Deadweight tonnage", "full": "Full address", "pob": "Post office box",
}
WORDS = {"id": "id", "url": "address", "iban": "IBAN", "ip": "IP", "imo": "IMO"}
PLURALS = {"Analyzable": "Analysable files", "Family": "Family links", "HyperText": "Web pages", "PlainText": "Plain texts",
           "Company": "Companies", "PublicBody": "Public bodies", "CryptoWallet": "Crypto wallets", "Person": "People",
           "RealEstate": "Real estate", "Audio": "Sound files", "Pages": "Page documents", "Security": "Securities"}
LANGUAGES = ("en fr de es pt it nl pl ru uk ar zh zh_Hant tr sv da fi cs sk hu ro el bg sr hr fa he ja ko id vi ka hy az "
             "kk uz lt lv et sl mk sq no hi").split()


def words(name):
    parts = re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)
    parts = [WORDS.get(p.lower(), p.lower()) for p in parts]
    text = " ".join(parts)
    return text[:1].upper() + text[1:]


def plural(name):
    if name in PLURALS:
        return PLURALS[name]
    text = words(name)
    return text[:-1] + "ies" if text.endswith("y") else text if text.endswith("s") else text + "s"


def kept(pairs):
    return {k: v for k, v in pairs if v not in (None, False, [], "", {})}


def property_facts(p):
    return kept([
        ("name", p.name), ("label", LABELS.get(p.name, words(p.name))), ("type", p.type.name),
        ("range", p.range.name if p.range else None), ("reverse", p.reverse.name if p.reverse else None),
        ("format", p.format), ("max_length", p.max_length if p.max_length != p.type.max_length else None),
        ("matchable", p.matchable), ("stub", p.stub), ("hidden", p.hidden), ("deprecated", p.deprecated),
    ])


def schema_facts(s):
    edge = None
    if s.edge_source and s.edge_target:
        edge = kept([("source", s.edge_source), ("target", s.edge_target), ("directed", s.edge_directed),
                     ("caption", s.edge_caption)])
    return kept([
        ("name", s.name), ("label", words(s.name)), ("plural", plural(s.name)), ("extends", sorted(e.name for e in s.extends)),
        ("abstract", s.abstract), ("matchable", s.matchable), ("hidden", s.hidden), ("generated", s.generated),
        ("deprecated", s.deprecated), ("caption", list(s.caption)), ("featured", list(s.featured)),
        ("required", list(s.required)), ("start", list(s.temporal_start)), ("end", list(s.temporal_end)), ("edge", edge),
        ("properties", [property_facts(p) for _, p in sorted(s.properties.items()) if p.schema == s]),
    ])


def write_model(folder):
    types = {t.name: {"max_length": t.max_length, "matchable": t.matchable, "pivot": t.pivot} for t in registry.types}
    facts = {
        "version": "followthemoney 4.11.2",
        "types": dict(sorted(types.items())),
        "topics": sorted(registry.topic.codes),
        "schemata": [schema_facts(s) for s in sorted(model.schemata.values(), key=lambda s: s.name)],
    }
    text = json.dumps(facts, indent=1, ensure_ascii=False, sort_keys=False)
    # One property a line: readable differences when the package moves on.
    text = re.sub(r"\{\s*\"name\": (\"[a-z][^{}]*?)\s*\}", lambda m: "{\"name\": " + re.sub(r"\s*\n\s*", " ", m.group(1)) + "}", text)
    with open(os.path.join(folder, "ftm.json"), "w", encoding="utf-8") as out:
        out.write(text + "\n")


def cldr_names(code):
    region = {"gb-sct": None}.get(code, code.upper())
    names = []
    for language in LANGUAGES:
        territories = Locale.parse(language).territories
        for key in (region, f"{region}-alt-short", f"{region}-alt-variant"):
            if key in territories and territories[key] not in names:
                names.append(territories[key])
    return names


def write_countries(folder):
    ours = {t.code for t in get_ftm_countries()}
    lines = []
    for code, territory in sorted(get_index().items()):
        target = territory.ftm_country
        if target is None or target not in ours:
            continue
        codes = sorted({c for c in [territory.alpha3, *territory.other_codes] if c} - {code})
        names = cldr_names(code) if "-" not in code else []
        if code not in ours and not codes and not names and len(code) > 6:
            continue
        lines.append("\t".join([code, target, " ".join(codes).lower(), "|".join(names)]))
    with open(os.path.join(folder, "countries.tsv"), "w", encoding="utf-8") as out:
        out.write("# code, code in FollowTheMoney, other codes, names (Unicode CLDR); made by scripts/ftm_model.py\n")
        out.write("\n".join(lines) + "\n")


def write_languages(folder):
    english = Locale.parse("en").languages
    lines = []
    for code in sorted(registry.language.codes):
        others = sorted(k for k, v in ISO3_MAP.items() if v == code and k != code)
        two = next((k for k in others if len(k) == 2), code)
        name = english.get(two) or english.get(code) or code
        lines.append("\t".join([code, " ".join(o for o in others if " " not in o), name]))
    with open(os.path.join(folder, "languages.tsv"), "w", encoding="utf-8") as out:
        out.write("# code (ISO 639-3), other codes, English name (Unicode CLDR); made by scripts/ftm_model.py\n")
        out.write("\n".join(lines) + "\n")


CORPUS = {
    "name": ["Acme  Ltd", '"Acme Ltd"', "'Acme'", "  ACME\tLtd \n", "", "  ", "Jos\u00e9\u00a0 Mar\u00eda", "a\u200bb", "\u738b \u660e",
             "A\u0000B", "\ufeffBom & Co", "\"half", "O'Neil"],
    "address": ["1 High St;London", "1 High St\nLondon\r\nUK", "A,, B", "A, , B", "A,. B", "x<BR>y", "  a  ,  b ", ";", "a;;b", "A,,,B",
                "J SMITH ESQ., 4 Row", "plain"],
    "date": ["2021", "2021-02", "2021-02-16", "2021-2-6", "2021-02-16T21", "2021-02-16T21:48", "2021-02-16T21:48:52",
             "2021-02-16 21:48:52.123456", "2021-02-16T21:48:52Z", "2021-02-16T21:48:52+02:00", "2021-02-16T01:48:52+0200",
             "2021-02-31", "0000-00-00", "2021-00-00", "2021-13-01", "2021-02-00", "9999-12-31", "2021abc", "2021-123", "12.03.2021",
             "circa 1960", " 1999", "1999 ", "2021-02-16x", "3000", "2021-02-16T25:00:00", "2021-02-29", "2020-02-29", "2021-1-", "-2021",
             "2021-02-16T21:48:52-05:30", "2021-02-16T21:48:52+02", "2021/02/16"],
    "country": ["gb", "GB", "GBR", "United Kingdom", "UK", "uk", "Russia", "Russian Federation", "SUHH", "Soviet Union", "zz", "xx", "XXX",
                "Deutschland", "Allemagne", "\u0420\u043e\u0441\u0441\u0438\u044f", "\u4e2d\u56fd", "Burma", "North Korea", "DPRK", "Iran", "us-ca", "gb-sct", "Scotland", "Kosovo",
                "Afghanistan (since 2009)", "HKG", "VGB", "British Virgin Islands", "C\u00f4te d'Ivoire", "Ivory Coast", "Congo", "Macau", "eu", "Atlantis", "n/a",
                "Isle of Man", "JEY", "Virgin Islands, British", "Saint Kitts and Nevis", "S\u00e3o Tom\u00e9", "USA", "U.S.A."],
    "language": ["en", "eng", "ENG ", "de", "ger", "deu", "pt-BR", "zh-Hans", "English", "xx", "rus", "\u0440\u0443\u0441\u0441\u043a\u0438\u0439", "lat"],
    "email": ["a@b.com", "A.B@Example.COM", "mailto:x@y.org", "a@b", "a b@c.com", "a@b.c", "a@b.1", "foo@b\u00fccher.de", "foo@xn--bcher-kva.de",
              "a@@b.com", "@b.com", "a@b.com.", "a@-b.com", "a@b..com", "<a@b.com>", "a,b@c.com", "a@b_c.com"],
    "url": ["http://example.com", "example.com", "www.example.com/a?b=c#d", "https://Example.com/A", "ftp://a.b/c", "mailto:a@b.c", "javascript:alert(1)",
            "http://", "http:/example.com", "Social media: http://vk.com/x", "http://a b.com", "http://localhost", "N.A.", "3.4", "//example.com/x",
            "http://1.2.3.4:80/x", "http://example.com:99999/", "http://example.com?x=1", "http://example.com/?", "http://example.com/#", "HTTP://EXAMPLE.COM",
            "example.com:80/x", "\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444", "http://u:p@example.com/", "http://example.com/a;b", "http://example.com/a;", "no dots", "http://[::1]/", "http://ex_am.com"],
    "phone": ["+44 20 7123 4567", "+442071234567", "0044 20 7123 4567", "020 7123 4567", "+1 (212) 555-2368", "+49 89 636 48018", "12", "+999 1234567", "call me",
              "+7 495 123-45-67", "+44 20 7123 4567 ext 5"],
    "ip": ["1.2.3.4", "1.2.3", "01.2.3.4", "::1", "0:0:0:0:0:ffff:c0a8:18f", "2001:DB8::1", "300.1.1.1"],
    "gender": ["m", "F", "Male", "female ", "unknown", "divers", "weiblich", "man", "other"],
    "topic": ["sanction", "Sanction", "role.pep", "nonsense", " crime ", "crime.fraud"],
    "mimetype": ["text/plain", "TEXT/PLAIN", "plain/text", "text/html; charset=utf-8", "nonsense", "application/octet-stream", "image/jpg", "a/b/c"],
    "entity": ["abc", "abc-1.2", "a b", "-abc", "a"],
    "number": ["1,234.50", "abc", " 5 "], "string": [" x  y ", "\u2003wide", "a\u00adb"], "text": ["line\nline"], "checksum": ["ABC"],
    "identifier": [" 123 ", "AB-1"],
    "identifier:lei": ["213800KUD8LAJWSQ9D15", "2138 00KU D8LA JWSQ 9D15", "213800KUD8LAJWSQ9D16", "213800kud8lajwsq9d15", "INR2EJN1ERAN0W5ZP974"],
    "identifier:imo": ["IMO 9176187", "9176187", "IMO9176187", "IMO 9176188", "9074729", "vessel IMO: 9074729 (flag)", "12345", "0000000", "IMO 1111111", "5829002", "IMO-9074729", "12345678"],
    "identifier:iban": ["GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765433", "DE89370400440532013000", "gb82west12345698765432", "XX00", "FR1420041010050500013M02606"],
    "identifier:isin": ["US0378331005", "US0378331006", "us0378331005", "GB0002634946", "XS0000000009", "DE000BAY0017"],
    "identifier:bic": ["DEUTDEFF", "DEUTDEFF500", "deutdeff", "DEUT", "COBADEFFXXX", "1234DEFF", "BANK OF"],
    "identifier:inn": ["7707083893", "7707083894", "500100732259", "500100732258", "77 07083893"],
    "identifier:ogrn": ["1027700132195", "1027700132196", "304500116000157", "OGRN 1027700132195", "0027700132195"],
    "identifier:npi": ["1234567893", "1234567890", "808401234567893", "NPI 1234567893"],
    "identifier:figi": ["BBG000B9XRY4", "BBG000B9XRY5", "bbg000b9xry4"],
    "identifier:uscc": ["91110000600037341L", "91110000600037341A", "911100006000 37341L"],
    "identifier:ssn": ["536-90-4399", "536904399", "000-12-3456", "666-12-3456", "078-05-1120", "900-12-3456"],
    "identifier:cpf": ["390.533.447-05", "39053344705", "23100299900", "231.002.999-00", "39053344706"],
    "identifier:cnpj": ["16.727.230/0001-97", "16727230000197", "16727230000198"],
    "identifier:uei": ["J7M9HPTGJ1S9", "j7m9hptgj1s9", "07M9HPTGJ1S9", "J7M9HPTGJ1S", "IIIIIIIIIIII"],
    "identifier:wikidata": ["Q7747", "q7747", "https://www.wikidata.org/wiki/Q7747", "Q", "P31", "Q77a"],
    "date:%d/%m/%Y": ["01/02/2003", "1/2/2003", "31/02/2003", "01/02/03", "2003-02-01", "01/02/2003 ", "29/02/2004"],
    "date:%d %b %Y": ["05 Mar 1961", "5 MAR 1961", "5 Foo 1961", "31 Apr 1961", "5  March 1961"],
    "date:%b %Y": ["Mar 1961", "May 2001"], "date:%Y": ["1961", "196"], "date:%m/%d/%y": ["12/31/68", "12/31/69", "1/1/00"],
    "date:%d %B %Y": ["5 March 1961", "5 may 1961"], "date:%Y-%m-%d %H:%M:%S": ["2020-01-02 03:04:05", "2020-01-02 3:4:5"],
    "date:%d%m%Y": ["01022003", "1122003"],
    "phone:gb": ["020 7123 4567", "07911 123456", "+49 89 636 48018"], "phone:de": ["089 63648018"], "phone:us": ["(212) 555-2368"],
}


def write_vectors(folder):
    with open(os.path.join(folder, "vectors.jsonl"), "w", encoding="utf-8") as out:
        for key, values in CORPUS.items():
            kind, _, form = key.partition(":")
            for raw in values:
                clean = registry.get(kind).clean(raw, format=form or None)
                out.write(json.dumps([kind, form, raw, clean], ensure_ascii=False) + "\n")


if __name__ == "__main__":
    target = sys.argv[1] if len(sys.argv) > 1 else "crates/domain/model"
    write_model(target)
    write_countries(target)
    write_languages(target)
    write_vectors(target)
