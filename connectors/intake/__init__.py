"""Files that people send: what they are, whether they can be read, and the small form for the department."""
