"""Which of these articles tell the same story, and who copied whom?

    import twicetold

    with twicetold.Index.open("news.db", create=True) as index:
        twicetold.run(index, twicetold.read(["sample_corpus"]))

What is public is listed in `__init__.pyi` and loaded on first use.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = "0.1.0"


def software() -> dict[str, str]:
    """The versions that a result depends on, as `runs` keeps them."""
    from importlib.metadata import version

    libraries = ("numpy", "scipy", "scikit-learn", "datasketch")
    return {"twicetold": __version__} | {name: version(name) for name in libraries}
