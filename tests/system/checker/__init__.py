"""Judges a run by its topics alone: whether what they say can be the work of services that lost
nothing, repeated nothing and passed over nothing. No code of the services is in it; what is in a
message is read with classes generated from `proto/`.

  python -m checker --kafka HOST:PORT [--acknowledged FILE] [--poison]     in tests/system
"""
