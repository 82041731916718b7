"""The places of stored files by kind, as (bucket, prefix) of `store.files`; the same as in Zou."""

AVATAR = ("pictures", "thumbnails")
ATTACHMENT = ("files", "attachments")
ATTACHMENT_THUMBNAIL = ("pictures", "thumbnails")
BACKGROUND = ("pictures", "preview-backgrounds")
BACKGROUND_THUMBNAIL = ("pictures", "thumbnails")
BUILD = ("movies", "playlists")
WORKING_FILE = ("files", "working")
#: the uploaded file of a preview that is neither a picture nor a movie
PREVIEW_FILE = ("files", "previews")
#: the uploaded picture of a preview
PREVIEW_ORIGINAL = ("pictures", "original")
PREVIEW_TILES = ("pictures", "tiles")
PREVIEW_PICTURES = tuple(("pictures", prefix) for prefix in ("original", "previews", "thumbnails", "thumbnails-square"))
PREVIEW_MOVIES = tuple(("movies", prefix) for prefix in ("previews", "lowdef", "source"))
