"""The one door from Python into the compiled kernels: one entry is compiled once, whatever is asked of it."""

from dispatch.engine.construct import insert_queue, lay_out, list_candidates
from dispatch.engine.layout import entry
from dispatch.engine.routes import Ints, World
from dispatch.engine.search import search
from dispatch.engine.state import Desk, Search

LAY_OUT, LIST_CANDIDATES, INSERT_QUEUE, SEARCH = range(4)


@entry
def run(task: int, w: World, r: Ints, k: Search, g: Desk, steps: int, heat: float, most: int) -> None:
    """Do one task; `steps` and `heat` count for the search, `most` for the search and the candidates."""
    if task == LAY_OUT:
        lay_out(w, r)
    elif task == LIST_CANDIDATES:
        list_candidates(w, r, k, g, most)
    elif task == INSERT_QUEUE:
        insert_queue(w, r, k, g)
    else:
        search(w, r, k, g, steps, heat, most)
