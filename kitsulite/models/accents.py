"""Composes letters with their accents, which some programs send separately."""

import unicodedata

#: characters that are composed together; the time for a piece grows with the square of its length
PIECE = 128
#: how much longer a piece may get so that it ends before a letter
OVERHANG = 64


def composed(text):
    """A text with composed accents (NFC), in which form it is stored and searched; macOS sends them separately."""
    if text.isascii():
        return text
    if len(text) <= PIECE:
        return unicodedata.normalize("NFC", text)
    return "".join(unicodedata.normalize("NFC", piece) for piece in pieces(text))


def pieces(text):
    """The parts of a long text that can be composed one by one."""
    start = 0
    while start < len(text):
        end = start + PIECE
        while end < start + PIECE + OVERHANG and not begins_letter(text[end : end + 1]):
            end += 1
        yield text[start:end]
        start = end


def begins_letter(character):
    """Whether a character, which may be empty, is neither a mark nor a later part of a Korean syllable."""
    return not character or not ("\u1160" <= character <= "\u11ff" or unicodedata.category(character)[0] == "M")
