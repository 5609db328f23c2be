"""Executes the notebooks of src/, exports them, and checks what was exported. See README.md."""

import argparse
import html
import json
import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

HERE = Path(__file__).resolve().parent
STUDY = HERE.parent / "docs/results/demo/presets.csv"
LARGEST_HTML = 1_500_000

# Possible names of a video: markup, quotes, matplotlib's mathematics, Markdown.
HOSTILE = "<img src=x onerror=alert(1)>\"'$\\x_{ **b** </script>&amp;"

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}
</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

STYLE = """
body { color: #1f2328; background: #fff; font: 16px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem 1rem 4rem; }
h1, h2 { line-height: 1.25; margin: 2rem 0 .75rem; }
a { color: #0550ae; }
pre, code { font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
p code, li code { background: #f1f3f5; padding: .1em .3em; border-radius: 3px; }
.input_area { background: #f6f8fa; border-left: 3px solid #8c959f; padding: 0 .75rem; }
.input_area, .output_area { margin: .75rem 0; overflow-x: auto; }
.input_area pre { margin: .5rem 0; }
.output_area pre { margin: 0; }
.output_area img { max-width: 100%; height: auto; }
table { border-collapse: collapse; font-size: 14px; }
table, th, td { border: 0; }
th, td { padding: .25rem .6rem; text-align: right; vertical-align: top; }
tr { border-bottom: 1px solid #d0d7de; }
thead tr:last-child { border-bottom: 2px solid #8c959f; }
"""


def sources():
    return sorted((HERE / "src").glob("*.py"))


def from_source(source):
    """The notebook of a source, without outputs, the same every time."""
    import jupytext

    notebook = jupytext.read(source)
    return normalised(notebook)


def normalised(notebook):
    """Removes data about the machine and the time."""
    notebook.metadata.clear()
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number:02d}"
        cell.metadata.clear()
    return notebook


def execute(source, workspace, other, scratch):
    """The notebook with its outputs."""
    from nbclient import NotebookClient
    from traitlets.config import Config

    folder = Path(scratch) / f"kernel-{source.stem}"
    folder.mkdir(parents=True, exist_ok=True)
    for variable in ["IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR"]:
        os.environ[variable] = str(folder)
    # One font cache for all of them.
    os.environ["MPLCONFIGDIR"] = str(Path(sys.prefix) / "matplotlib")
    os.environ |= {
        "C2FPL_WORKSPACE": str(workspace),
        "C2FPL_OTHER_WORKSPACE": str(other),
        "C2FPL_STUDY": str(STUDY),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
    os.environ.pop("C2FPL_SPLIT", None)
    notebook = from_source(source)
    # The kernel is reached by files, not by network ports. Names of sockets are short, hence a folder of /tmp.
    with tempfile.TemporaryDirectory(dir="/tmp") as runtime:
        os.environ["JUPYTER_RUNTIME_DIR"] = runtime
        NotebookClient(
            notebook,
            kernel_name="python3",
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{runtime}/kernel"}}),
            timeout=300,
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
        ).execute()
    return normalised(notebook)


def to_html(notebook, title):
    """One page without scripts and external requests."""
    from nbconvert import HTMLExporter
    from pygments.formatters import HtmlFormatter

    exporter = HTMLExporter(
        template_name="basic",
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    exporter.log.setLevel("ERROR")
    body, _ = exporter.from_notebook_node(notebook)
    # pandas' own rules for its tables, one per table; the page has its own.
    body = re.sub(r"<style scoped>.*?</style>\s*", "", body, flags=re.DOTALL)
    style = STYLE + HtmlFormatter(style="default").get_style_defs(".highlight")
    page = PAGE.format(title=html.escape(title), style=style, body=body)
    return re.sub(r"[ \t]+$", "", page, flags=re.MULTILINE)


def title(notebook):
    return notebook.cells[0].source.splitlines()[0].removeprefix("# ")


def texts(notebook):
    """All text in outputs."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            yield output.get("text", "")
            for kind, data in output.get("data", {}).items():
                if kind != "image/png":
                    yield data if isinstance(data, str) else json.dumps(data)


class Tags(HTMLParser):
    """Finds elements that would run or be fetched when a page is opened."""

    def __init__(self):
        super().__init__()
        self.problems = []

    def handle_starttag(self, tag, attributes):
        if tag in {"script", "link", "iframe", "object", "embed", "base", "svg", "form", "video", "audio"}:
            self.problems.append(f"the page has a tag {tag}")
        for name, value in attributes:
            inside = (value or "").startswith("#" if name == "href" else "data:image/png;base64,")
            if (
                name.startswith("on")
                or name in {"src", "srcset", "href", "data", "background"}
                and not inside
            ):
                self.problems.append(f"the page has {tag} {name}={(value or '')[:60]}")


def problems(notebook, page, private):
    """The problems of an exported notebook."""
    if any(output.get("name") == "stderr" for cell in notebook.cells for output in cell.get("outputs", [])):
        yield "a cell wrote a warning"
    for path in private:
        if any(path in text for text in texts(notebook)):
            yield f"an output has the path {path}"
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}) and not output.metadata.get("image/png", {}).get(
                "alt"
            ):
                yield "a figure has no alternative text"
    found = Tags()
    found.feed(page)
    yield from found.problems
    if re.search(r"url\(|@import", page.split("</style>")[0]):
        yield "the page's style refers to something outside"
    if len(page.encode()) > LARGEST_HTML:
        yield f"the page has {len(page.encode()):,} bytes, more than {LARGEST_HTML:,}"


def attempt(source, workspace, other, scratch, into):
    """Executes, writes both files, and returns their problems."""
    import nbformat
    from nbclient.exceptions import CellExecutionError

    try:
        notebook = execute(source, workspace, other, scratch)
    except CellExecutionError as error:
        return source.stem, [str(error)], 0
    page = to_html(notebook, title(notebook))
    into = Path(into)
    into.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, into / f"{source.stem}.ipynb")
    (into / f"{source.stem}.html").write_text(page, encoding="utf-8")
    private = {str(workspace), str(other), str(scratch), str(HERE.parent), str(Path.home()), sys.prefix} - {
        "/"
    }
    return source.stem, list(problems(notebook, page, sorted(private))), len(page.encode())


def attempt_all(workspace, other, scratch, into):
    with ProcessPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        jobs = [pool.submit(attempt, source, workspace, other, scratch, into) for source in sources()]
        return [job.result() for job in jobs]


def stale(source):
    """The differences between the exported notebook and its source."""
    import nbformat

    exported, page = HERE / f"{source.stem}.ipynb", HERE / f"{source.stem}.html"
    if not exported.exists() or not page.exists():
        return ["it has not been exported; run notebooks-export/export"]
    notebook = nbformat.read(exported, as_version=4)
    cells = [(cell.cell_type, cell.source) for cell in notebook.cells]
    found = []
    if cells != [(cell.cell_type, cell.source) for cell in from_source(source).cells]:
        found.append("the exported .ipynb does not match this source; run notebooks-export/export")
    elif page.read_text(encoding="utf-8") != to_html(notebook, title(notebook)):
        found.append("the exported .html does not match the .ipynb; run notebooks-export/export")
    return found + list(
        problems(notebook, page.read_text(encoding="utf-8"), [str(HERE.parent), str(Path.home())])
    )


def rename_videos(workspace, copy):
    """Copies a workspace's tables, with every video's id made hostile."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    shutil.copytree(workspace, copy, ignore=shutil.ignore_patterns("_footage", ".*.crc"))
    for path in Path(copy).rglob("*.parquet"):
        table = pq.ParquetFile(path).read()
        if "video_id" in table.column_names:
            at = table.column_names.index("video_id")
            ids = pc.binary_join_element_wise(table["video_id"], pa.scalar(HOSTILE), "")
            pq.write_table(table.set_column(at, "video_id", ids), path)


def test(workspace, other, scratch):
    passed = failed = 0

    def tell(name, what, found):
        nonlocal passed, failed
        passed, failed = passed + (not found), failed + bool(found)
        print(f"{'FAILED' if found else 'ok':6} {name}: {what}", *found, sep="\n       " if found else "")

    for source in sources():
        tell(source.stem, "exported from this source", stale(source))
    for name, found, size in attempt_all(workspace, other, scratch, Path(scratch) / "demo-notebooks"):
        tell(name, f"on the demo ({size:,} bytes)", found)
    # The other way round, so that each notebook meets both kinds of run.
    first, second = Path(scratch) / "hostile-first", Path(scratch) / "hostile-second"
    rename_videos(other, first)
    rename_videos(workspace, second)
    for name, found, _ in attempt_all(first, second, scratch, Path(scratch) / "hostile-notebooks"):
        page = Path(scratch) / "hostile-notebooks" / f"{name}.html"
        if page.exists() and "<img src=x" in page.read_text(encoding="utf-8"):
            found.append("a video's name is not escaped")
        tell(name, "on the robust run, with hostile names of videos", found)
    print(f"{passed} passed, {failed} failed")
    return failed == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["export", "test"])
    for option in ["--workspace", "--other", "--scratch"]:
        parser.add_argument(option, type=Path, required=True)
    parser.add_argument("--into", type=Path, default=HERE)
    given = parser.parse_args()
    if given.command == "test":
        sys.exit(0 if test(given.workspace, given.other, given.scratch) else 1)
    failed = False
    for name, found, size in attempt_all(given.workspace, given.other, given.scratch, given.into):
        print(f"{name}: {size:,} bytes of HTML", *found, sep="\n  ")
        failed |= bool(found)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
