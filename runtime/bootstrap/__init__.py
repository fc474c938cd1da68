"""From a clone to two filled environments and the fonts: what `make` runs before anything else.

Standard library only and valid from Python 3.6 on, because it runs under whatever Python the machine has.
"""
