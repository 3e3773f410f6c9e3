"""Tells when something can be read in the middle of the screen.

Reads lines: `go` waits until text is painted there, `clear` until there is none. Answers each with
one line of JSON: {"at_ns": …} on the monotonic clock, the one that Node's process.hrtime reads.
Text is told from an empty window by the shades of its smoothed edges. Looks every four milliseconds or so: more often would take the time it measures.
"""

import json
import sys
import time

import gi

gi.require_version("Gdk", "3.0")
from gi.repository import Gdk  # noqa: E402

WIDTH, HEIGHT = 240, 200
SHADES = 12
PATIENCE_S = 15

root = Gdk.get_default_root_window()
left = (root.get_width() - WIDTH) // 2
top = (root.get_height() - HEIGHT) // 2


def shades():
    picture = Gdk.pixbuf_get_from_window(root, left, top, WIDTH, HEIGHT)
    # The red channel of every second pixel is enough to tell text, and quick.
    return len(set(picture.get_pixels()[:: 2 * picture.get_n_channels()]))


for line in sys.stdin:
    wanted = line.strip() == "go"
    until = time.monotonic() + PATIENCE_S
    while (shades() >= SHADES) != wanted and time.monotonic() < until:
        time.sleep(0.003)
    seen = (shades() >= SHADES) == wanted
    print(json.dumps({"at_ns": str(time.monotonic_ns()) if seen else None}), flush=True)
