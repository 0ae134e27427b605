"""Who is asking: bearer tokens of one OpenID Connect issuer. Read `callers`, `tokens`, `keys`."""
