"""What comes in and goes out: sheets of rows as CSV."""
