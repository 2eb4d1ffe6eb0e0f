"""What a story says: statements, who reports each, and which of them matter most.

All functions are pure: texts in, records out. An article is a row, a place in the list of reports.
"""
