"""Training the encoder on people's messages: ``.venv/bin/python -m knowledge.training --text FOLDER``."""
