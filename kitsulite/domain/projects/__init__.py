"""Productions: settings, team, metadata descriptors, templates."""
