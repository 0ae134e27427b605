"""Long histories, made quickly."""
