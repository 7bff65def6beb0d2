"""`python -m vrd_core`."""

from vrd_core.cli import main

raise SystemExit(main())
