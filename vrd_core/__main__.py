"""`python -m vrd_core`."""

from vrd_core.cli.main import main

raise SystemExit(main())
