"""Where stored files of each kind lie: (bucket, prefix) of `store.files`, where Zou keeps them too."""

AVATAR = ("pictures", "thumbnails")
ATTACHMENT = ("files", "attachments")
ATTACHMENT_THUMBNAIL = ("pictures", "thumbnails")
BACKGROUND = ("pictures", "preview-backgrounds")
BACKGROUND_THUMBNAIL = ("pictures", "thumbnails")
BUILD = ("movies", "playlists")
WORKING_FILE = ("files", "working")
#: the uploaded file of a preview that is neither picture nor movie
PREVIEW_FILE = ("files", "previews")
#: the picture of a preview as it was uploaded
PREVIEW_ORIGINAL = ("pictures", "original")
PREVIEW_TILES = ("pictures", "tiles")
PREVIEW_PICTURES = tuple(("pictures", prefix) for prefix in ("original", "previews", "thumbnails", "thumbnails-square"))
PREVIEW_MOVIES = tuple(("movies", prefix) for prefix in ("previews", "lowdef", "source"))
