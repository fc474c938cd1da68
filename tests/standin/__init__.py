"""A stand-in for Meta's Cloud API: a real HTTP server with a state, that refuses what Meta refuses."""
