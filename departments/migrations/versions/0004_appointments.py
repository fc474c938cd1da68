"""When and where a person is expected, with the application"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_appointments"
down_revision = "0003_conversations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.add_column(sa.Column("appointment_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("appointment_place", sa.String(length=200), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("applications", schema=None) as batch_op:
        batch_op.drop_column("appointment_place")
        batch_op.drop_column("appointment_at")
