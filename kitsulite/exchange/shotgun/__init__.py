"""What comes from a Shotgun (ShotGrid) site, by the ids that rows have there."""
