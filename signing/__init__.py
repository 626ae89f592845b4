"""From a request to the archive: invites, signs, seals, validates and delivers packets."""
