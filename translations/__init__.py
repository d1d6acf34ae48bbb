"""What the bot says around the answers: Babel catalogs, one per language."""
