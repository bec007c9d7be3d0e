"""Files that are whole or not there, and optimizers that go on."""

from contextlib import contextmanager


@contextmanager
def replacing(path):
    """A sibling to write to; it takes the place of `path` once it is whole."""
    temporary = path.with_suffix(".tmp")
    yield temporary
    temporary.replace(path)


def restore(optimizers, state):
    """Gives each optimizer what a checkpoint kept of it, if it kept any."""
    for optimizer, saved in zip(optimizers, state.get("optimizers", [])):
        optimizer.load_state_dict(saved)
