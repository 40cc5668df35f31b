"""A new source's files into the project: all of them or none, and never in the place of another."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from larder.errors import LarderError
from larder.scaffold.templating import Files


def write(project: Path, files: Files, finish: Callable[[], None]) -> None:
    """Write files, then finish; when anything fails, take away what was written.

    Args:
        project: the folder that the files' paths begin at.
        files: texts by path.
        finish: what belongs to them, such as their settings.

    Raises:
        LarderError: a file is there already, or a folder cannot be written to.
    """
    if there := [str(path) for path in files if (project / path).exists()]:
        raise LarderError(f"{', '.join(there)}: there already. Nothing was written; choose another name.")
    try:
        with ExitStack() as undo:
            aside = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix=".new-source-", dir=project)))
            for number, text in enumerate(files.values()):
                (aside / str(number)).write_text(text)
                (aside / str(number)).chmod(0o644)
            with ExitStack() as written:
                for number, path in enumerate(files):
                    target = project / path
                    _make_folder(target.parent, written)
                    # A link, other than a rename, fails when someone else was first.
                    target.hardlink_to(aside / str(number))
                    written.callback(target.unlink, missing_ok=True)
                finish()
                written.pop_all()
    except OSError as error:
        raise LarderError(
            f"{error.filename2 or error.filename}: {error.strerror}. Nothing was written; see that the "
            f"project's folders can be written to."
        ) from error


def _make_folder(folder: Path, written: ExitStack) -> None:
    if not folder.exists():
        folder.mkdir(parents=True)
        written.callback(shutil.rmtree, folder)
