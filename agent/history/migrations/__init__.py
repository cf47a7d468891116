"""How the schema came to be, step by step; `agent.history.database` runs what is missing."""
