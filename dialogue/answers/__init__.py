"""From what a person typed to the normal form of a field, or to the reason why not."""
