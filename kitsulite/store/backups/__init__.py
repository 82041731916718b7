"""Backups of a data folder, made while a server runs, and their restoration.

A backup is a zip file, or a folder whose files are hard links if the disk has them:

    kitsulite.db      a consistent copy of the database
    files/            the stored files that its rows point at
    outbox/           mails that were kept
    secret.key        the key of tokens: they stay valid
    manifest.json     versions, and size and checksum of everything above
"""
