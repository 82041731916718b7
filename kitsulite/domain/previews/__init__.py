"""Previews: uploads, pictures, movies, annotations, backgrounds."""
