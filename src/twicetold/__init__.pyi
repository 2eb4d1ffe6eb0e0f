from .article import Article as Article
from .article import Defaults as Defaults
from .article import Rejection as Rejection
from .calibration import calibrate as calibrate
from .checking import check as check
from .deciding import decide as decide
from .deciding import decide_all as decide_all
from .deciding import decided as decided
from .deciding import read_decisions as read_decisions
from .errors import TwicetoldError as TwicetoldError
from .evaluate import agreement as agreement
from .explain import hold as hold
from .explain import why as why
from .index import Index as Index
from .labels import Labels as Labels
from .labels import read_labels as read_labels
from .matching import match as match
from .noise import noise as noise
from .pipeline import cluster as cluster
from .pipeline import ingest as ingest
from .pipeline import read as read
from .pipeline import rebuild as rebuild
from .pipeline import run as run
from .removal import prune as prune
from .removal import remove as remove
from .report.views import history as history
from .report.views import stories as stories
from .report.views import story as story
from .runs import Counts as Counts
from .runs import Settings as Settings
from .runs import settings_of as settings_of
from .scoring import load_models as load_models
from .stale import stale as stale
from .versions import versions as versions

__version__: str

def software() -> dict[str, str]: ...
