"""The web chat's widget and the page around it: static files, put together when they are served."""
