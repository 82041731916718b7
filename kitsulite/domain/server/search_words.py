"""The words of searches: as written, folded, and corrected."""

import re
import unicodedata

from kitsulite.models.accents import composed

#: length of a word -> number of letters that may be wrong
TYPOS = ((9, 2), (5, 1))
#: most corrections of a word
MOST = 20
DIGITS = re.compile("[0-9]")
#: the character after the digits, and the last one of all
AFTER_DIGITS, LAST = ":", "\U0010ffff"


def words_of(text):
    """The words of a text as written, including the marks of their letters."""
    plain = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in composed(text))
    return [part for part in plain.split() if any(c.isalnum() for c in part)]


def folded(word):
    """A word without case and accents, for comparisons."""
    if word.isascii():
        return word.lower()
    # letter by letter: the time for many marks together grows with the square of their number
    apart = "".join(unicodedata.normalize("NFKD", c) for c in word)
    return "".join(c for c in apart if not unicodedata.combining(c)).casefold()


def meant(db, words, of_persons):
    """Corrections of each word, from the names of persons or the whole index; [] if a word has none."""
    terms = person_terms if of_persons else plain_terms
    corrections = []
    for word in map(folded, words):
        corrections.append(near_words(word, terms(db, word[:1])))
        if not corrections[-1]:
            return []
    return corrections


def near_words(word, terms):
    """The terms that differ from a word in a few letters, nearest first; short words and those with digits stay."""
    typos = next((allowed for length, allowed in TYPOS if len(word) >= length), 0)
    if not typos or DIGITS.search(word):
        return [word]
    rated = sorted((distance(word, term), term) for term in terms if least_distance(word, term) <= typos)
    return [term for letters, term in rated if letters <= typos][:MOST]


def person_terms(db, initial):
    """Words of the names of persons, which are read once there is something to compare with them."""
    terms = db.remembered("words of persons", lambda: words_of_persons(db), of_setup=True)
    yield from (term for term in terms if term.startswith(initial))


def words_of_persons(db):
    names = db.column("SELECT name FROM search_name WHERE search_name MATCH 'scope : 0persons'")
    return {term for name in names for term in map(folded, words_of(name))}


def plain_terms(db, initial):
    """The words of the index without digits; those with digits, as of many thousand shots, are skipped."""
    start, end = initial, initial + LAST
    while start:
        terms = db.execute("SELECT term FROM search_word WHERE term >= ? AND term < ?", [start, end])
        start = None
        for (term,) in terms:
            digits = DIGITS.search(term)
            if digits:
                start = term[: digits.start()] + AFTER_DIGITS
                break
            yield term


def least_distance(one, other):
    """A lower bound of the distance, computed much faster: from the letters that each word has in excess."""
    return max(abs(len(one) - len(other)), len(set(one).difference(other)))


def distance(one, other):
    """The number of letters to change, add or drop between two words (Levenshtein)."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
