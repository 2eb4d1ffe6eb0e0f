"""Keep the table of stale copies up to date; the rule is in `queries.stale_copies`."""

from sqlite3 import Connection

import numpy as np

from ..copies.minhash import bands
from ..index import older_texts, windows
from ..queries.stale_copies import find_stale


def refresh_stale(db: Connection) -> None:
    """Find the stale copies again that this run may have changed.

    Must run before the pending articles are marked as clustered.
    """
    if not older_texts.has_versions(db):
        return
    _, signatures = windows.pending_signatures(db)
    ids = older_texts.to_refresh(db, np.unique(bands(signatures)).astype(np.int64))
    older_texts.save_stale(db, ids, list(find_stale(db, ids)))
