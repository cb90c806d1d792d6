"""A program of its own: reads an image from stdin, and writes a smaller one of the same to stdout, or nothing.

Runs alone, with little memory and time, because decoders of images are where crafted files strike. Only what is seen comes
out: the first frame, drawn anew; no metadata, no colour profile, and nothing of the bytes that came in.
"""

import json
import resource
import sys
from io import BytesIO

from PIL import Image, ImageOps

MOST_PIXELS = 25_000_000
EDGE = 1280
MOST_MEMORY = 768 * 1024 * 1024
MOST_CPU_SECONDS = 10
MOST_INPUT = 20 * 1024 * 1024
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    Image.MAX_IMAGE_PIXELS = None  # ours is lower, and asked before anything is decoded
    image = Image.open(BytesIO(sys.stdin.buffer.read(MOST_INPUT)), formats=FORMATS)
    if image.width * image.height > MOST_PIXELS:
        sys.exit("too many pixels")
    image.draft("RGB", (EDGE, EDGE))
    upright = ImageOps.exif_transpose(image)
    drawn = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    drawn.thumbnail((EDGE, EDGE))
    bare = Image.new(drawn.mode, drawn.size)
    bare.paste(drawn)
    out = BytesIO()
    bare.save(out, "WEBP", quality=80, method=2)
    sys.stdout.buffer.write(json.dumps({"width": bare.width, "height": bare.height}).encode() + b"\n" + out.getvalue())


if __name__ == "__main__":
    main()
