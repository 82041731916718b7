"""Letters and their accents, which some programs send apart."""

import unicodedata

#: characters that are composed together; the time that one piece takes grows with its square
PIECE = 128
#: characters by which a piece is longer at most, so that it ends where a letter begins
OVERHANG = 64


def composed(text):
    """A text with its accents composed (NFC), as it is stored and sought; macOS sends them apart."""
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
    """Whether a character, if there is one, is neither a mark nor a later part of a Korean syllable."""
    return not character or not ("\u1160" <= character <= "\u11ff" or unicodedata.category(character)[0] == "M")
