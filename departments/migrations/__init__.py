"""Alembic's migrations of the department's database."""
