"""The password hasher of the test suite."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 at its lowest cost: hundreds of sign-ins in seconds."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
