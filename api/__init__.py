"""The doors: chat API, pages, command line, settings and storage."""
