"""Naming conventions of clips."""

import time

import pytest

from kitsulite.errors import Refused
from kitsulite.exchange.edit_lists.conventions import Convention

DEFAULT = "${project_name}_${sequence_name}-${shot_name}"
NAMES = {"project_name": "Big Buck", "episode_name": "", "sequence_name": "SQ1", "shot_name": "SH.1"}


def test_a_convention_is_filled_with_names():
    assert Convention(DEFAULT).fill(NAMES) == "Big Buck_SQ1-SH.1"
    assert Convention("$shot_name $$5 .* x.y").fill(NAMES) == "SH.1 $5 .* x.y"


@pytest.mark.parametrize(
    ("convention", "name", "found"),
    [
        (DEFAULT, "P_x_SQ1-SH1-v2.mov", {"project_name": "P_x", "sequence_name": "SQ1", "shot_name": "SH1"}),
        (DEFAULT, "P-SQ1-SH1", None),
        (DEFAULT, "xyz", None),
        ("${sequence_name}_${shot_name}", "樹_1_2 rest", {"sequence_name": "樹_1", "shot_name": "2"}),
        (".*_${sequence_name}.${shot_name}", "a-b_c_S.1", {"sequence_name": "S", "shot_name": "1"}),
        ("${sequence_name}.${shot_name}", "Sx1", None),
        ("(a+)+${shot_name}", "aaaa", None),
        ("", "anything", {}),
    ],
)
def test_the_name_of_a_clip_is_taken_apart(convention, name, found):
    assert Convention(convention).take_apart(name) == found


@pytest.mark.parametrize("convention", ["${colour}", "$", "${", "a $ b", "$colour", "$shot_name" * 11, "a" * 301])
def test_unknown_placeholders_are_refused(convention):
    with pytest.raises(Refused):
        Convention(convention)


def test_no_name_takes_long():
    convention = Convention(".*${project_name}_.*${episode_name}_.*${sequence_name}_.*${shot_name}!")
    start = time.process_time()
    assert convention.take_apart("_" * 100_000) is None
    assert time.process_time() - start < 2
