"""The Telegram channel: the same advisor in a messenger that newcomers already have.

``channel`` runs it; ``updates`` reads what Telegram sends, ``answers`` and ``commands`` say what to reply, ``markup`` and ``render`` how it
looks, ``delivery`` sends it, ``store`` and ``consents`` remember.
"""
