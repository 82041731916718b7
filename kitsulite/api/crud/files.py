"""Files of the production: previews, playlists, working and output files."""

from kitsulite.auth.policy import admin, signed_in
from kitsulite.models.files import FileStatus, OutputFile, OutputType, WorkingFile
from kitsulite.models.previews import AttachmentFile, Playlist, PreviewBackgroundFile, PreviewFile

from .resource import Resource

RESOURCES = (
    Resource(AttachmentFile, "attachment-files", admin, admin, admin, admin, admin),
    Resource(FileStatus, "file-status", signed_in, signed_in, admin, admin, admin),
    Resource(OutputFile, "output-files", admin, admin, admin, admin, admin),
    Resource(OutputType, "output-types", signed_in, signed_in, admin, admin, admin),
    Resource(Playlist, "playlists", admin, admin, admin, admin, admin),
    Resource(PreviewBackgroundFile, "preview-background-files", signed_in, signed_in, admin, admin, admin),
    Resource(PreviewFile, "preview-files", admin, admin, admin, admin, admin),
    Resource(WorkingFile, "working-files", admin, admin, admin, admin, admin),
)
