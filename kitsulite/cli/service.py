"""`service`: the system starts the server when its user logs in.

On Linux a systemd unit, on macOS a launchd agent, on Windows a task: a file, and the system's own program that
reads it.
"""

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from kitsulite import settings as settings_table
from kitsulite.cli.command import command, given_settings, option
from kitsulite.errors import SetupError

NAME = "kitsulite"
LABEL = "io.github.kitsulite"
DRY_RUN = option("--dry-run", action="store_true", help="only show the file and the commands")

UNIT = """\
[Unit]
Description=kitsulite, a Kitsu API server
After=network-online.target

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=2
TimeoutStopSec=30

[Install]
WantedBy=default.target
"""
TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Description>kitsulite, a Kitsu API server</Description></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure><Interval>PT1M</Interval><Count>10</Count></RestartOnFailure>
  </Settings>
  <Actions><Exec><Command>{program}</Command><Arguments>{arguments}</Arguments></Exec></Actions>
</Task>
"""


@dataclass(frozen=True)
class Service:
    """How a system starts the server: the file that describes it, and the system's commands."""

    path: Path
    content: bytes
    start: tuple[tuple[str, ...], ...]
    stop: tuple[tuple[str, ...], ...]
    status: tuple[str, ...]


@command("service install", DRY_RUN)
def install(args):
    """Let the system start the server when you log in.

    It also restarts it after a crash.

    kitsulite service install
    kitsulite service install --data-dir ~/studio --dry-run

    Settings are read from kitsulite.toml in the data folder. On Linux, `loginctl enable-linger` keeps the server
    running while you are not logged in.
    """
    settings = settings_table.load(**given_settings(args))
    service = of_this_system(settings.data_dir)
    print(f"{service.path}:\n\n{service.content.decode(encoding_of(service))}")
    if not args.dry_run:
        service.path.parent.mkdir(parents=True, exist_ok=True)
        service.path.write_bytes(service.content)
    carry_out(service.start, args.dry_run)


@command("service status")
def status(args):
    """Show whether the service is installed, and its state.

    kitsulite service status
    """
    from kitsulite.store.folder import running_server

    data_dir = settings_table.load(**given_settings(args)).data_dir
    service = of_this_system(data_dir)
    state = "is installed" if service.path.exists() else "is not installed: kitsulite service install"
    print(f"{service.path} {state}")
    running = running_server(Path(data_dir))
    print(f"kitsulite runs at {running['url']}, pid {running['pid']}" if running else f"No server runs on {data_dir}")
    if service.path.exists() and shutil.which(service.status[0]):
        subprocess.run(service.status, check=False)  # noqa: S603 - our own words
    return int(not running)


@command("service remove", DRY_RUN)
def remove(args):
    """Stop and remove the service; the data folder stays.

    kitsulite service remove
    """
    service = of_this_system(settings_table.load(**given_settings(args)).data_dir)
    if not service.path.exists():
        raise SetupError(f"There is no service: {service.path} does not exist.")
    carry_out(service.stop, args.dry_run)
    if not args.dry_run:
        service.path.unlink()
    print(f"{service.path} {'would be' if args.dry_run else 'is'} removed.")


def carry_out(commands, is_dry_run):
    """Run commands of the system, or only print them; raises SetupError if one fails."""
    for words in commands:
        print(f"$ {shlex.join(words)}", flush=True)
        if is_dry_run:
            continue
        if not shutil.which(words[0]):
            raise SetupError(f"There is no {words[0]} here: let your own init system start {NAME}, see the file above.")
        ended = subprocess.run(words, check=False)  # noqa: S603 - our own words
        if ended.returncode:
            raise SetupError(f"{shlex.join(words)} failed with {ended.returncode}: check the file above.")


def of_this_system(data_dir):
    """The service for the platform this runs on."""
    words = [*program(), "serve", "--data-dir", str(Path(data_dir).absolute())]
    if sys.platform == "win32":
        return of_windows(words)
    return of_launchd(words) if sys.platform == "darwin" else of_systemd(words)


def program():
    """The command that starts this kitsulite: the bundled file, or the module in this Python."""
    archive = Path(sys.argv[0])
    if archive.suffix == ".pyz":
        return [sys.executable, str(archive.absolute())]
    return [sys.executable, "-m", "kitsulite"]


def of_systemd(words):
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    call = " ".join(quoted_for_systemd(word) for word in words)
    unit = f"{NAME}.service"
    systemctl = ("systemctl", "--user")
    return Service(
        folder / "systemd" / "user" / unit,
        UNIT.format(command=call).encode(),
        ((*systemctl, "daemon-reload"), (*systemctl, "enable", "--now", unit)),
        ((*systemctl, "disable", "--now", unit),),
        (*systemctl, "--no-pager", "status", unit),
    )


def quoted_for_systemd(word):
    """A word of ExecStart, in which specifiers, variables and quotes are taken literally."""
    word = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{word}"' if any(letter.isspace() or letter in "\"';\\" for letter in word) else word


def of_launchd(words):
    path = Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    log = str(Path.home() / "Library" / "Logs" / f"{NAME}.log")
    agent = {
        "Label": LABEL,
        "ProgramArguments": words,
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "StandardOutPath": log,
        "StandardErrorPath": log,
    }
    return Service(
        path,
        plistlib.dumps(agent),
        (("launchctl", "load", "-w", str(path)),),
        (("launchctl", "unload", "-w", str(path)),),
        ("launchctl", "list", LABEL),
    )


def of_windows(words):
    path = Path(settings_table.user_data_dir()) / f"{NAME}-task.xml"
    text = TASK.format(program=escape(words[0]), arguments=escape(subprocess.list2cmdline(words[1:])))
    return Service(
        path,
        text.encode("utf-16"),
        (("schtasks", "/create", "/f", "/tn", NAME, "/xml", str(path)), ("schtasks", "/run", "/tn", NAME)),
        (("schtasks", "/end", "/tn", NAME), ("schtasks", "/delete", "/f", "/tn", NAME)),
        ("schtasks", "/query", "/tn", NAME),
    )


def encoding_of(service):
    return "utf-16" if service.path.suffix == ".xml" else "utf-8"
