"""What the bot knows and how it finds it.

Usable on its own::

    from knowledge.search import open_index
    index = open_index("knowledge/content", "var/encoder")
    index.search("How do I register with a family doctor?", country="LT")

This file and ``knowledge.encoder`` also run in Rasa's Python 3.10 environment: keep heavier imports out of them.
"""
