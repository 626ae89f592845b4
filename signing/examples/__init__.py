"""Examples for who calls the service from elsewhere; nothing of the service itself imports them."""
