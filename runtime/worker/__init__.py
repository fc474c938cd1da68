"""The conversation worker: the one process with Rasa in it, and the one place where dialogue and actions meet."""
