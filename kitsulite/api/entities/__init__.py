"""Assets, shots, sequences, episodes, scenes, edits and concepts; casting."""
