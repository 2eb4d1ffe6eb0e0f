from .article import Article as Article
from .article import Defaults as Defaults
from .article import Rejection as Rejection
from .clustering.model import load_models as load_models
from .errors import TwicetoldError as TwicetoldError
from .evaluation.agreement import agreement as agreement
from .evaluation.calibration import calibrate as calibrate
from .evaluation.chance_links import noise as noise
from .evaluation.labels import Labels as Labels
from .evaluation.labels import read_labels as read_labels
from .index import Index as Index
from .jobs.check import check as check
from .jobs.decide import decide as decide
from .jobs.decide import decide_all as decide_all
from .jobs.decide import decided as decided
from .jobs.decide import read_decisions as read_decisions
from .jobs.pipeline import cluster as cluster
from .jobs.pipeline import ingest as ingest
from .jobs.pipeline import read as read
from .jobs.pipeline import rebuild as rebuild
from .jobs.pipeline import run as run
from .jobs.remove import prune as prune
from .jobs.remove import remove as remove
from .jobs.runs import Counts as Counts
from .jobs.runs import Settings as Settings
from .jobs.runs import settings_of as settings_of
from .queries.match import match as match
from .queries.stale_copies import stale as stale
from .queries.stories import history as history
from .queries.stories import stories as stories
from .queries.stories import story as story
from .queries.versions import versions as versions
from .queries.why import hold as hold
from .queries.why import why as why

__version__: str

def software() -> dict[str, str]: ...
