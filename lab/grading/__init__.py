"""Grading students' environments: the roster, the marks, and every file that a grader gets."""
