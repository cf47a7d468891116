"""`python -m agent` is `rounds`."""

from agent.cli import main

if __name__ == "__main__":
    main()
