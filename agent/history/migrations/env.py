"""Run by alembic: migrate over the connection, and within the transaction, that `agent.history.database` opened."""

from alembic import context

from agent.history.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
