"""What the providers' wire formats have in common; nothing here opens a connection."""
