"""argparse without its guesses: no abbreviations, one line for a wrong call, help of at most 80 columns."""

import argparse
import shutil
import sys

from kitsulite.settings.spelling import nearest

WIDTH = 80


class Formatter(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog):
        super().__init__(prog, max_help_position=28, width=min(WIDTH, shutil.get_terminal_size().columns))


class Parser(argparse.ArgumentParser):
    def __init__(self, prog=None, **options):
        super().__init__(prog, formatter_class=Formatter, allow_abbrev=False, **options)

    def error(self, message):
        """End with a line that says what is wrong, and status 2."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())}: see {self.prog} --help\n")


class HelpAll(argparse.Action):
    """`--help-all`: the help with every setting."""

    def __init__(self, option_strings, dest, filled, **details):
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, **details)
        self.filled = filled

    def __call__(self, parser, namespace, given, option_string=None):
        self.filled(Parser(parser.prog, description=parser.description, epilog=parser.epilog)).print_help()
        sys.exit()


def refuse_rest(parser, rest, flags):
    """End with the nearest flag if a call holds words that the command does not know."""
    unknown = next((word.partition("=")[0] for word in rest if word.startswith("-")), "")
    if not unknown:
        parser.error(f"{rest[0]} is one word too many")
    near = nearest(unknown.lstrip("-"), [flag.lstrip("-") for flag in flags])
    parser.error(f"there is no flag {unknown}" + (f", perhaps --{near}" if near else ""))


def refuse_word(parser, word, known, elsewhere):
    """End with the nearest command, or with what does here what a program of Zou does under that name."""
    if word in elsewhere:
        parser.exit(2, f"{parser.prog}: `zou {word}` is {elsewhere[word]}\n")
    near = nearest(word, known)
    parser.error(f"there is no command {word}" + (f", perhaps {near}" if near else ""))
