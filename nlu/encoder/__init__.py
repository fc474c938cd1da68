"""A small encoder of our own, trained from scratch (`python -m nlu.encoder`); its card: models/encoder/README.md."""
