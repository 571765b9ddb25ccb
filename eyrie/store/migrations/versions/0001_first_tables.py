"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "accounts",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_accounts")),
    )
    op.create_table(
        "jobs",
        sa.Column(
            "number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False
        ),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("staged", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("run_at", sa.DateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_jobs")),
        sa.UniqueConstraint("token", name=op.f("uq_jobs_token")),
    )
    op.create_index("ix_jobs_due", "jobs", ["state", "run_at"], unique=False)
    op.create_index(
        "ix_jobs_lane",
        "jobs",
        ["lane"],
        unique=False,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_index(
        "uq_jobs_open_key",
        "jobs",
        ["key"],
        unique=True,
        sqlite_where=sa.text("state IN ('queued', 'running')"),
        postgresql_where=sa.text("state IN ('queued', 'running')"),
    )
    op.create_table(
        "ledger",
        sa.Column("key", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("oldest_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_ledger")),
    )
    op.create_table(
        "ledger_assignments",
        sa.Column("integration", sa.String(length=64), nullable=False),
        sa.Column("workspace", sa.String(length=64), nullable=False),
        sa.Column("added_version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("removed_version", sa.Integer(), nullable=True),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint(
            "integration", "workspace", "added_version", name=op.f("pk_ledger_assignments")
        ),
    )
    op.create_table(
        "ledger_masks",
        sa.Column("part", sa.String(length=128), nullable=False),
        sa.Column("member", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("added_version", sa.Integer(), nullable=False),
        sa.Column("retired_version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("part", "member", name=op.f("pk_ledger_masks")),
    )
    op.create_table(
        "ledger_parts",
        sa.Column("token", sa.String(length=128), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("integration", sa.Text(), nullable=False),
        sa.Column("dataset", sa.Text(), nullable=False),
        sa.Column("source_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("billing_month", sa.Date(), nullable=False),
        sa.Column("accrued_start", sa.Date(), nullable=False),
        sa.Column("accrued_end", sa.Date(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("sums", sa.Text(), nullable=False),
        sa.Column("providers", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("tag_sets", sa.Text(), nullable=True),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("shape", sa.Text(), nullable=False),
        sa.Column("added_version", sa.Integer(), nullable=False),
        sa.Column("retired_version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_ledger_parts")),
    )
    op.create_index(op.f("ix_ledger_parts_added_version"), "ledger_parts", ["added_version"], unique=False)
    op.create_index(
        "ix_ledger_parts_delivery", "ledger_parts", ["integration", "dataset", "source_name"], unique=False
    )
    op.create_index(
        op.f("ix_ledger_parts_retired_version"), "ledger_parts", ["retired_version"], unique=False
    )
    op.create_table(
        "ledger_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("committed_at", sa.DateTime(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_ledger_versions")),
    )
    op.create_table(
        "links",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("source", "field", "position", name=op.f("pk_links")),
    )
    op.create_index("ix_links_target", "links", ["target"], unique=False)
    op.create_table(
        "repeatable_answers",
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_repeatable_answers")),
    )
    op.create_index(
        op.f("ix_repeatable_answers_created_at"), "repeatable_answers", ["created_at"], unique=False
    )
    op.create_table(
        "schedules",
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("next_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedules")),
    )
    op.create_table(
        "audit_logs",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("object_type", sa.Text(), nullable=False),
        sa.Column("object_token", sa.Text(), nullable=False),
        sa.Column("object_title", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("user_token", sa.Text(), nullable=True),
        sa.Column("workspace_token", sa.Text(), nullable=True),
        sa.Column("workspace_title", sa.Text(), nullable=True),
        sa.Column("changed_values", sa.JSON(), nullable=False),
        sa.Column("unchanged_values", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_audit_logs_account_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_audit_logs")),
    )
    op.create_index(
        "ix_audit_logs_account_created", "audit_logs", ["account_token", "created_at"], unique=False
    )
    op.create_table(
        "integrations",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("account_identifier", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("last_updated", sa.DateTime(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_integrations_account_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_integrations")),
    )
    op.create_index(op.f("ix_integrations_account_token"), "integrations", ["account_token"], unique=False)
    op.create_index(op.f("ix_integrations_provider"), "integrations", ["provider"], unique=False)
    op.create_table(
        "job_steps",
        sa.Column("job", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.token"], name=op.f("fk_job_steps_job"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", "name", name=op.f("pk_job_steps")),
    )
    op.create_table(
        "tag_marks",
        sa.Column("tag_key", sa.String(length=2000), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_tag_marks_account_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_tag_marks")),
        sa.UniqueConstraint("account_token", "tag_key", name=op.f("uq_tag_marks_account_token_tag_key")),
    )
    op.create_index(op.f("ix_tag_marks_account_token"), "tag_marks", ["account_token"], unique=False)
    op.create_table(
        "users",
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("default_workspace_token", sa.Text(), nullable=True),
        sa.Column("default_dashboard_token", sa.Text(), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_token"], ["accounts.token"], name=op.f("fk_users_account_token")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_users")),
        sa.UniqueConstraint("account_token", "email", name=op.f("uq_users_account_token_email")),
    )
    op.create_index(op.f("ix_users_account_token"), "users", ["account_token"], unique=False)
    op.create_table(
        "workspaces",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("enable_currency_conversion", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("exchange_rate_date", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_workspaces_account_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_workspaces")),
        sa.UniqueConstraint("account_token", "name", name=op.f("uq_workspaces_account_token_name")),
    )
    op.create_index(op.f("ix_workspaces_account_token"), "workspaces", ["account_token"], unique=False)
    op.create_table(
        "api_tokens",
        sa.Column("user_token", sa.String(length=64), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(), nullable=True),
        sa.Column("last_used_at", sa.DateTime(), nullable=True),
        sa.Column("client_token", sa.Text(), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_api_tokens_account_token")
        ),
        sa.ForeignKeyConstraint(["user_token"], ["users.token"], name=op.f("fk_api_tokens_user_token")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_api_tokens_secret_hash")),
    )
    op.create_index(op.f("ix_api_tokens_account_token"), "api_tokens", ["account_token"], unique=False)
    op.create_index(op.f("ix_api_tokens_user_token"), "api_tokens", ["user_token"], unique=False)
    op.create_table(
        "folders",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("parent_folder_token", sa.String(length=64), nullable=True),
        sa.Column("workspace_token", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_token"], ["accounts.token"], name=op.f("fk_folders_account_token")),
        sa.ForeignKeyConstraint(
            ["parent_folder_token"], ["folders.token"], name=op.f("fk_folders_parent_folder_token")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_token"], ["workspaces.token"], name=op.f("fk_folders_workspace_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_folders")),
    )
    op.create_index(op.f("ix_folders_account_token"), "folders", ["account_token"], unique=False)
    op.create_index(op.f("ix_folders_parent_folder_token"), "folders", ["parent_folder_token"], unique=False)
    op.create_index(op.f("ix_folders_workspace_token"), "folders", ["workspace_token"], unique=False)
    op.create_table(
        "roles",
        sa.Column("user_token", sa.String(length=64), nullable=False),
        sa.Column("workspace_token", sa.String(length=64), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_token"], ["users.token"], name=op.f("fk_roles_user_token"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_token"],
            ["workspaces.token"],
            name=op.f("fk_roles_workspace_token"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_token", "workspace_token", name=op.f("pk_roles")),
    )
    op.create_index(op.f("ix_roles_workspace_token"), "roles", ["workspace_token"], unique=False)
    op.create_table(
        "saved_filters",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("filter", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("workspace_token", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_saved_filters_account_token")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_token"], ["workspaces.token"], name=op.f("fk_saved_filters_workspace_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_saved_filters")),
    )
    op.create_index(op.f("ix_saved_filters_account_token"), "saved_filters", ["account_token"], unique=False)
    op.create_index(
        op.f("ix_saved_filters_workspace_token"), "saved_filters", ["workspace_token"], unique=False
    )
    op.create_table(
        "user_costs_uploads",
        sa.Column("integration_token", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("amount", sa.Text(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=False),
        sa.Column("import_status", sa.Text(), nullable=False),
        sa.Column("created_by_token", sa.Text(), nullable=False),
        sa.Column("staged", sa.Text(), nullable=False),
        sa.Column("auto_transform", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_user_costs_uploads_account_token")
        ),
        sa.ForeignKeyConstraint(
            ["integration_token"],
            ["integrations.token"],
            name=op.f("fk_user_costs_uploads_integration_token"),
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_user_costs_uploads")),
    )
    op.create_index(
        op.f("ix_user_costs_uploads_account_token"), "user_costs_uploads", ["account_token"], unique=False
    )
    op.create_index(
        op.f("ix_user_costs_uploads_integration_token"),
        "user_costs_uploads",
        ["integration_token"],
        unique=False,
    )
    op.create_index(
        "ix_user_costs_uploads_name", "user_costs_uploads", ["integration_token", "filename"], unique=False
    )
    op.create_table(
        "cost_reports",
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("folder_token", sa.String(length=64), nullable=True),
        sa.Column("filter", sa.Text(), nullable=True),
        sa.Column("groupings", sa.Text(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("chart_type", sa.Text(), nullable=False),
        sa.Column("chart_settings", sa.JSON(), nullable=False),
        sa.Column("date_bin", sa.Text(), nullable=False),
        sa.Column("date_interval", sa.Text(), nullable=False),
        sa.Column("start_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("previous_period_start_date", sa.Date(), nullable=True),
        sa.Column("previous_period_end_date", sa.Date(), nullable=True),
        sa.Column("workspace_token", sa.String(length=64), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_token"], ["accounts.token"], name=op.f("fk_cost_reports_account_token")
        ),
        sa.ForeignKeyConstraint(
            ["folder_token"], ["folders.token"], name=op.f("fk_cost_reports_folder_token")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_token"], ["workspaces.token"], name=op.f("fk_cost_reports_workspace_token")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_cost_reports")),
    )
    op.create_index(op.f("ix_cost_reports_account_token"), "cost_reports", ["account_token"], unique=False)
    op.create_index(op.f("ix_cost_reports_folder_token"), "cost_reports", ["folder_token"], unique=False)
    op.create_index(
        op.f("ix_cost_reports_workspace_token"), "cost_reports", ["workspace_token"], unique=False
    )
