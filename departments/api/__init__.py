"""The Department API over HTTP: signatures, shapes and routes. What is done stands in the modules above."""
