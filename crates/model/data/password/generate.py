"""Writes terms.txt: base terms of common passwords, from the npm package zxcvbn (its password list, most used first).

Usage: python3 generate.py <unpacked zxcvbn package> > terms.txt
"""

import re
import sys

LIMIT = 4000
FOLDS = str.maketrans({"0": "o", "1": "l", "!": "l", "|": "l", "i": "l", "@": "a", "4": "a", "$": "s", "5": "s",
                       "3": "e", "7": "t", "+": "t", "8": "b"})


def base(password):
    """The word in a password: lower case, without the digits and symbols that people put around it."""
    return re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password.lower())


def main():
    lists = open(sys.argv[1] + "/lib/frequency_lists.js", encoding="utf-8").read()
    passwords = re.search(r'passwords: "([^"]*)"', lists).group(1).split(",")
    seen, terms = set(), []
    for password in passwords:
        term = base(password)
        folded = term.translate(FOLDS)
        if not 4 <= len(term) <= 16 or folded in seen or len(set(term)) < 2:
            continue
        if any(folded == one + two for one, two in ((folded[:n], folded[n:]) for n in range(4, len(folded) - 3))
               if one in seen and two in seen):
            continue
        seen.add(folded)
        terms.append(term)
        if len(terms) == LIMIT:
            break
    print("# Base terms of common passwords; see SOURCES.md")
    print("\n".join(sorted(terms)))


main()
