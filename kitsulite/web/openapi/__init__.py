"""The routes as OpenAPI documents.

They describe what a route declares (path, permission, body, arguments), what its function reads (`reads.py`), and
rows by the columns of their tables.
"""
