"""Backups of a data folder: made beside a running server, and put in its place again.

A backup is a zip file, or a folder whose files are hard links where the disk has them:

    kitsulite.db      a consistent copy of the database
    files/            the stored files that its rows point at
    outbox/           mails that were kept
    secret.key        the key of tokens: they stay valid
    manifest.json     versions, and size and checksum of everything above
"""
