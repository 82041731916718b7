"""argparse without abbreviations, with one line about a wrong call, and with help of at most 80 columns."""

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
        """Exit with status 2 and one line that says what is wrong."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())}: see {self.prog} --help\n")


class HelpAll(argparse.Action):
    """`--help-all`: the help with every setting."""

    def __init__(self, option_strings, dest, fill, **details):
        super().__init__(option_strings, dest, nargs=0, default=argparse.SUPPRESS, **details)
        self.fill = fill

    def __call__(self, parser, namespace, values, option_string=None):
        self.fill(Parser(parser.prog, description=parser.description, epilog=parser.epilog)).print_help()
        sys.exit()


def refuse_rest(parser, rest, flags):
    """Exit because of words that the command does not know, and name the nearest flag."""
    unknown = next((word.partition("=")[0] for word in rest if word.startswith("-")), "")
    if not unknown:
        parser.error(f"{rest[0]} is one word too many")
    near = nearest(unknown.lstrip("-"), [flag.lstrip("-") for flag in flags])
    parser.error(f"there is no flag {unknown}" + (f", perhaps --{near}" if near else ""))


def refuse_word(parser, word, words, elsewhere):
    """Exit because of an unknown command, and name the nearest one, or the counterpart of a command of Zou."""
    if word in elsewhere:
        parser.exit(2, f"{parser.prog}: `zou {word}` is {elsewhere[word]}\n")
    near = nearest(word, words)
    parser.error(f"there is no command {word}" + (f", perhaps {near}" if near else ""))
