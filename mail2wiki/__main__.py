"""`python -m mail2wiki`."""

from mail2wiki.cli import main

main()
