"""How far a long command has got: a bar that moves on a terminal, a line now and then elsewhere."""

WIDTH = 30
LINES = 10


class Progress:
    """Tells ``out`` how many of ``total`` are done."""

    def __init__(self, out, what, total):
        self.out = out
        self.what = what
        self.total = total
        self._moves = out.isatty()
        self._told = 0

    def tell(self, done):
        """Show that so many are done."""
        total = max(self.total, done)  # more may have come meanwhile
        if self._moves:
            full = WIDTH * done // total if total else WIDTH
            self.out.write(f"\r{self.what} [{'#' * full}{'-' * (WIDTH - full)}] {done:,} of {total:,}", ending="")
            self.out.flush()
            self._told = 1
        elif total and (tenths := LINES * done // total) > self._told:
            self._told = tenths
            self.out.write(f"{self.what}: {done:,} of {total:,}")

    def end(self):
        """Leave the bar as it stands, and go to the next line."""
        if self._moves and self._told:
            self.out.write("")
