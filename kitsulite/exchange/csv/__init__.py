"""CSV sheets: exports of projects and of the studio, and imports."""
