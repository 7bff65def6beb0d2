"""Draw one of the demo films; `draw_demo` starts this for each of them."""

import sys

from .drawing import work

if __name__ == "__main__":
    work(sys.argv[1:])
