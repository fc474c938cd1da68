"""The officers' desk: pages rendered on the server. Every decision is taken in the modules of `departments`."""
