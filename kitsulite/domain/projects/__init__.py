"""Projects: settings, team, metadata descriptors, templates."""
