"""Sources of articles: files, folders, globs, archives and standard input.

Start reading at `read_file`; `files` lists what there is to read, `readers` has one module for each
format. A source yields articles or rejections in the order of the file. It never prints, never
stops at a bad article, and knows nothing of the index.
"""

from .compression import LARGEST_UNPACKED
from .exported import exported_decisions, table_rows
from .files import File, Found, find_files, is_export
from .formats import FORMATS
from .page import LARGEST_PAGE, Page, article_of_page, require_pages
from .readers import read_fetched, read_file

__all__ = [
    "FORMATS",
    "LARGEST_PAGE",
    "LARGEST_UNPACKED",
    "File",
    "Found",
    "Page",
    "article_of_page",
    "exported_decisions",
    "find_files",
    "is_export",
    "read_fetched",
    "read_file",
    "require_pages",
    "table_rows",
]
