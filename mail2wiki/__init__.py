"""mail2wiki turns the mailboxes a company already has into a wiki its people like to open."""

__version__ = "0.1.0"
