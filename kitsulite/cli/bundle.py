"""`bundle`: kitsulite and its libraries in one file."""

import importlib.metadata
import io
import re
import zipfile
from pathlib import Path

import kitsulite
from kitsulite.cli.command import command, option
from kitsulite.errors import SetupError

PACKAGE = Path(kitsulite.__file__).parent
COMPILED = (".so", ".pyd", ".dylib")
#: wholly compiled; without it, pictures are stored without thumbnails
LEFT_OUT = {"pillow"}
#: needed only by older Pythons than the one that may be writing the bundle
OF_OLDER_PYTHONS = ("tomli", "typing_extensions")
STARTER = """\
import sys

if sys.version_info < {version}:
    sys.exit("This file needs Python {shown} or newer; this is " + sys.version.split()[0])
from kitsulite.cli import main

sys.exit(main())
"""


@command("bundle", option("target", metavar="FILE.pyz", help="the file to write, or to replace"))
def bundle(args):
    """Write kitsulite and its libraries into one file for any system.

    It runs on the Python version that wrote it and on newer ones: use 3.10 to support all. Compiled libraries are
    left out: pictures get thumbnails only where Pillow is installed.

    kitsulite bundle kitsulite.pyz
    python kitsulite.pyz serve
    """
    if not PACKAGE.is_dir():
        raise SetupError("This kitsulite already is such a file: copy it.")
    target = Path(args.target).expanduser()
    content = io.BytesIO(b"")
    names = write(content)
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.write_bytes(b"#!/usr/bin/env python3\n" + content.getvalue())
        partial.chmod(0o755)
        partial.replace(target)
    except OSError as error:
        raise SetupError(f"{target} cannot be written ({error.strerror}): choose another path.") from None
    size = target.stat().st_size / 2**20
    print(f"{target}: kitsulite {kitsulite.__version__} with {', '.join(names)}, {size:.1f} MB.")


def write(stream):
    """Write the archive; returns the names of the libraries in it."""
    libraries = with_dependencies(requirements())
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        version = oldest_python(libraries.values())
        archive.writestr("__main__.py", STARTER.format(version=version, shown=".".join(map(str, version))))
        for path in sorted(PACKAGE.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(PACKAGE.parent))
        for library in libraries.values():
            for file in library.files or ():
                if is_portable(file):
                    archive.write(file.locate(), str(file))
    return sorted(libraries)


def oldest_python(libraries):
    """The oldest version of Python that all libraries support, according to their metadata."""
    texts = [library.metadata.get("Requires-Python") or "" for library in libraries]
    bounds = [re.search(r">=\s*(\d+)\.(\d+)", text) for text in texts]
    return max([(3, 10), *((int(bound[1]), int(bound[2])) for bound in bounds if bound)])


def is_portable(file):
    """Whether a file of a library is of use on any machine."""
    return (
        ".." not in file.parts and file.suffix not in (*COMPILED, ".pyc") and file.name not in ("RECORD", "INSTALLER")
    )


def requirements():
    """The requirements in the metadata of this package, or in pyproject.toml if it runs from a checkout."""
    try:
        return importlib.metadata.requires("kitsulite") or []
    except importlib.metadata.PackageNotFoundError:
        text = (PACKAGE.parent / "pyproject.toml").read_text()
        return re.findall(r'^ +"([^"]+)",$', text.partition("\ndependencies = [")[2].partition("\n]")[0], re.MULTILINE)


def with_dependencies(requirements):
    """Name -> distribution of the required libraries and their own requirements, without extras."""
    libraries, waiting = {}, [*requirements, *OF_OLDER_PYTHONS]
    while waiting:
        requirement = waiting.pop()
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0].lower().replace("_", "-")
        if name in libraries or name in LEFT_OUT or re.search(r"extra\s*==", requirement):
            continue
        try:
            libraries[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            # for another system or version of Python
            continue
        waiting += libraries[name].requires or []
    return libraries
