"""An issuer of tokens for development and tests: whoever asks for one is given it. Never in production."""
