"""Which of these articles tell the same story, and who copied whom?

    import twicetold

    with twicetold.Index.open("news.db", create=True) as index:
        twicetold.run(index, twicetold.read_articles("sample_corpus"))
        for row in twicetold.stories(index, min_outlets=4):
            print(row.outlets, row.title)

Every public name is listed in `__init__.pyi` and loaded on first use.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"
