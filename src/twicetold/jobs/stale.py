"""Keep the table of stale copies up to date; the rule is in `queries.stale_copies`."""

from sqlite3 import Connection

import numpy as np

from ..arrays import is_first
from ..copies import minhash
from ..copies.minhash import bands
from ..index import older_texts, windows
from ..queries.stale_copies import find_stale
from ..text.cleaning import own_words
from ..text.headlines import is_correction


def refresh_stale(db: Connection) -> None:
    """Find the stale copies again that this run may have changed.

    Must run before the pending articles are marked as clustered.
    """
    _note_corrections(db)
    if not older_texts.has_versions(db):
        return
    _, signatures = windows.pending_signatures(db)
    buckets = np.sort(bands(signatures), axis=None).astype(np.int64)
    ids = older_texts.to_refresh(db, buckets[is_first(buckets)])
    older_texts.save_stale(db, ids, list(find_stale(db, ids)))


def _note_corrections(db: Connection) -> None:
    """Store the text that a pending correction replaces as its older version.

    An agency issues a correction under a new id: the slug 'CORRECTED-' says what it is.
    """
    for earlier in older_texts.earlier_copies(db):
        if is_correction(earlier.title):
            signed = minhash.sign([own_words(earlier.text.body)])
            older_texts.add_version(db, earlier.article, earlier.seen, earlier.text)
            older_texts.add_buckets(db, earlier.article, signed.buckets[0])
