"""Where the ciphertext of files lies: on disk, or with somebody who speaks S3. Django's storage interface, and ``begin``.

``begin(name)`` gives a file to write to, of which either ``keep()`` makes a stored one, lasting when it returns, or
``discard()`` leaves nothing. Nothing here can open what it stores.
"""
