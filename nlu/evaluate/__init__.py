"""How well a model understands sentences that it has not seen: `python -m nlu.evaluate`."""
