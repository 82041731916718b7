"""What tests of programs that talk to Kitsu need."""
