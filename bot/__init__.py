"""The dialogue: all that Rasa loads. Runs in Rasa's own Python 3.10 environment."""
