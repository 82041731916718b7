"""Edit lists in other formats, read with the plugins of OpenTimelineIO."""

import contextlib
from typing import Any

from kitsulite.exchange.edit_lists.clips import Clip, Unreadable, stem, without_extension
from kitsulite.extras import how_to_install

#: the formats that Zou accepts; which of them can be read here depends on the installed plugins
FORMATS = ("aaf", "ale", "edl", "ma", "mb", "otio", "otiod", "otioz", "xges", "xml")
MISSING = f"This server reads .{{}} files once OpenTimelineIO is installed: {how_to_install('otio')}"
NO_PLUGIN = "OpenTimelineIO has no plugin for .{} files here: pip install OpenTimelineIO-Plugins"


def clips(content: bytes, kind: str, files: Any) -> list[Clip]:
    """The clips of all video tracks of a file, track by track; plugins read a copy of it in the store `files`."""
    try:
        import opentimelineio
    except ImportError:
        raise Unreadable(MISSING.format(kind)) from None
    with files.workspace() as folder:
        path = folder / f"list.{kind}"
        path.write_bytes(content)
        try:
            link_nothing = opentimelineio.media_linker.MediaLinkingPolicy.DoNotLinkMedia
            timeline = opentimelineio.adapters.read_from_file(str(path), media_linker_name=link_nothing)
            if not isinstance(timeline, opentimelineio.schema.Timeline):
                raise Unreadable("The file holds no timeline.")
            return [clip_of(track, item) for track in timeline.video_tracks() for item in track.find_clips()]
        except Unreadable:
            raise
        except opentimelineio.exceptions.NoKnownAdapterForExtensionError:
            raise Unreadable(NO_PLUGIN.format(kind)) from None
        except Exception as error:  # plugins may raise anything
            text = str(error).replace(str(folder), "")
            raise Unreadable(f"{type(error).__name__}: {text[:300]}") from None


def clip_of(track: Any, item: Any) -> Clip:
    """The Clip of an item, without frames if its place is unknown."""
    name = without_extension(item.name or "") or name_of_media(item.media_reference)
    with contextlib.suppress(Exception):  # if the range of the clip or an earlier one is unknown
        length = item.trimmed_range().duration
        first = item.transformed_time_range(item.trimmed_range(), track).start_time.rescaled_to(length.rate)
        return Clip(name, first.to_frames(), length.to_frames())
    return Clip(name)


def name_of_media(media: Any) -> str:
    """The name of the media of a clip that has no name."""
    return stem(getattr(media, "name", "") or "") or stem(getattr(media, "target_url", "") or "")
