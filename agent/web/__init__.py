"""The web side of the agent: metrics, health, what it knows and remembers as JSON, and a page for people."""
