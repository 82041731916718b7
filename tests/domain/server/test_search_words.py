"""Words that were meant by misspelt ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitsulite.domain.server.search_words import distance, least_distance, near_words

WORDS = st.text("abcé", max_size=12)


@pytest.mark.parametrize(
    ("word", "terms", "found"),
    [
        ("rabit", ["rabbit", "habits", "rabid", "rabbits"], ["rabbit", "rabid"]),
        ("silhouete", ["silhouettes", "silhouette", "stiletto"], ["silhouette", "silhouettes"]),
        ("cat", ["cart", "cut"], ["cat"]),
        ("sh0042", ["sh0043"], ["sh0042"]),
    ],
)
def test_long_words_may_be_misspelt_and_numbers_not(word, terms, found):
    assert near_words(word, terms) == found


@given(WORDS, WORDS)
def test_the_quick_estimate_never_says_more_than_the_distance(one, other):
    assert least_distance(one, other) <= distance(one, other) == distance(other, one)
