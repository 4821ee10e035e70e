"""The authored sample web: fictional councils, served on loopback."""
