"""A project, its views and what is found in them."""

from vrd_core.project.found import Found, Sequence
from vrd_core.project.project import Project
from vrd_core.project.view import View

__all__ = ["Found", "Project", "Sequence", "View"]
