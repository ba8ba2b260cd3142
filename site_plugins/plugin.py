"""The hooks of the MkDocs plugin, and nothing else: the only module that knows MkDocs.

Every page made from the dataset is a virtual file outside `nav` whose HTML comes from the views. A page that stands in
`nav` is rendered by the theme; all others fill a shell that the theme rendered once for their kind and depth.
"""

import gc
import logging
import re
from collections.abc import MutableMapping
from pathlib import Path as FilePath
from typing import Any

from jinja2 import FileSystemBytecodeCache, Template
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents

from schema import dataset
from schema.cache import KeptBytes, SoundRecords
from schema.errors import CaIncidentsError
from site_plugins import downloads, markup, page_data, policy, search, shell, tallies
from site_plugins.catalogue import Catalogue, Forge
from site_plugins.page import Page, Section
from site_plugins.views import all_pages

log = logging.getLogger("mkdocs.plugins.ca-incidents")
ASSETS = FilePath(__file__).parent / "assets"
TOP = "start"
# What may be deleted at any time without a difference in the output: sound records, compiled templates.
CACHE = FilePath(".cache") / "ca-incidents"
_WORKER = re.compile(r"assets/javascripts/workers/search\.[0-9a-f]+\.min\.js")


class Options(Config):  # type: ignore[no-untyped-call]
    """The plugin's options in mkdocs.yml."""

    dataset = config_options.Type(str, default="incidents")
    branch = config_options.Type(str, default="main")


class MadePage(MkDocsPage):
    """A page made from the dataset: no source to read, no Markdown to convert."""

    def __init__(self, made: Page, file: File, config: MkDocsConfig) -> None:
        super().__init__(markup.flat(made.label or made.title), file, config)
        self.made = made
        self.update_date = made.updated

    def read_source(self, config: MkDocsConfig) -> None:
        """Set what the source would have given; the theme writes the title unescaped, so it must be escaped here."""
        self.markdown = ""
        self.meta = _meta(markup.flat(self.made.title), markup.flat(self.made.description), home=self.made.url == "")

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Set the contents; the body is made when the page is written."""
        self.content = ""
        self.toc = _contents(self.made.sections)
        self.present_anchor_ids = {TOP, *(section.id for section in self.made.sections)}


class Filled(Template):
    """A template that fills the shell of a page's kind, having rendered it with the theme's template at first need."""

    def __new__(cls, *_: object, **__: object) -> "Filled":
        """Make a template without a source of its own."""
        return object.__new__(cls)

    def __init__(self, theme: Template) -> None:
        self.theme = theme
        self.shells: dict[tuple[str, int, bool], shell.Shell] = {}

    def render(self, *args: Any, **_: Any) -> str:
        """Render one page from MkDocs' context."""
        context: MutableMapping[str, Any] = args[0]
        page: MadePage = context["page"]
        if page.parent is not None or page.is_homepage or page in context["nav"].items:
            page.content = page.made.body()
            return self.theme.render(context)
        key = (page.made.kind, page.url.count("/"), bool(page.made.sections))
        if key not in self.shells:
            self.shells[key] = self._shell(context, page)
        return self.shells[key].fill(
            title=page.meta["title"],
            description=page.meta["description"],
            canonical=page.canonical_url or "",
            content=page.made.body(),
            sections=[Section(s.id, markup.flat(s.title)) for s in page.made.sections],
        )

    def _shell(self, context: MutableMapping[str, Any], page: MadePage) -> shell.Shell:
        kept = page.meta, page.content, page.toc, page.canonical_url
        page.meta = _meta(shell.TITLE, shell.DESCRIPTION, home=False)
        page.content = shell.CONTENT
        page.canonical_url = shell.CANONICAL if page.canonical_url else None
        if page.made.sections:
            page.toc = _contents((shell.FIRST, shell.SECOND))
        try:
            rendered = policy.with_policy(shell.compact(self.theme.render(context)))
            return shell.cut(rendered, with_sections=bool(page.made.sections))
        finally:
            page.meta, page.content, page.toc, page.canonical_url = kept


class CaIncidentsPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Adds the pages of the dataset to a MkDocs site."""

    catalogue: Catalogue
    made: list[MadePage]
    memory: SoundRecords | None = None
    bytecode: FileSystemBytecodeCache | None = None
    downloads: KeptBytes

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Be kept from one build to the next under `mkdocs serve`, with what is known of the records."""

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the dataset; its snapshot's day stands at the foot of every page."""
        # Nothing that is read or made goes before the end; looking for what could costs a tenth of the build.
        gc.disable()
        kept = FilePath(config.config_file_path or "").parent / CACHE
        self.memory = self.memory or SoundRecords(kept / "records")
        self.bytecode = _bytecode(kept / "templates")
        markup.environment().bytecode_cache = self.bytecode
        try:
            read = dataset.read(self._folder(config), sound=self.memory)
        except CaIncidentsError as error:
            raise PluginError(str(error)) from error
        self.downloads = KeptBytes(kept / "downloads")
        self.catalogue = Catalogue(read, site_url=config.site_url or "", forge=self._forge(config), keep=self.downloads)
        day = markup.long_day(self.catalogue.today)
        config.copyright = f"Snapshot of {day}. Data: CC0. Reports are the CAs' own statements."
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add a virtual file for every page, and the assets."""
        self.made = [self._added(page, files, config) for page in all_pages(self.catalogue)]
        for asset in sorted(ASSETS.iterdir()):
            files.append(File.generated(config, f"assets/{asset.name}", abs_src_path=str(asset)))
        for theirs in [f.src_uri for f in files if _WORKER.fullmatch(f.src_uri)]:
            path, raw = search.worker(theirs.rpartition("/")[2])
            files.append(File.generated(config, path, content=raw))
        return files

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Give pages written by hand the snapshot's day, so that the same commit makes the same site."""
        for page in nav.pages:
            if not isinstance(page, MadePage):
                page.update_date = self.catalogue.as_of[:10]
        return nav

    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        """Let the pages be written through shells of the theme's page."""
        env.bytecode_cache = self.bytecode
        filled = Filled(env.get_template("main.html"))
        for page in self.made:
            page.meta["template"] = filled
        return env

    def on_post_page(self, output: str, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Give a page that the theme rendered its content security policy; a filled shell has it already."""
        return policy.with_policy(output)

    def on_post_template(self, output_content: str, template_name: str, config: MkDocsConfig) -> str:
        """Give the page for addresses that are not there its policy too."""
        return policy.with_policy(output_content)

    @event_priority(100)
    def on_post_build(self, config: MkDocsConfig) -> None:
        """Add the lean entries to the search index before the search plugin writes it; write the downloads."""
        found = config.plugins.get("material/search") or config.plugins.get("search")
        index = getattr(found, "search_index", None)
        if index is not None:
            index.entries += [entry for page in self.made if (entry := search.entry(page.made))]
        downloads.write(FilePath(config.site_dir), downloads.written(self.catalogue))
        for made in (page_data, tallies):
            downloads.write(FilePath(config.site_dir), made.written(self.catalogue))
        self.downloads.sweep()
        gc.enable()

    def on_build_error(self, error: Exception) -> None:
        """Leave the process as it was."""
        self.downloads.sweep()
        gc.enable()

    def on_serve(self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Build again when a record changes."""
        server.watch(str(self._folder(config)))
        return server

    def _folder(self, config: MkDocsConfig) -> FilePath:
        return FilePath(config.config_file_path or "").parent / self.config.dataset

    def _forge(self, config: MkDocsConfig) -> Forge | None:
        if not config.repo_url:
            return None
        repository = config.repo_url.rstrip("/")
        name = FilePath(self.config.dataset).name
        return Forge(*(f"{repository}/{way}/{self.config.branch}/{name}/" for way in ("edit", "raw")))

    def _added(self, page: Page, files: Files, config: MkDocsConfig) -> MadePage:
        source = f"{page.url}index.md" if page.url.count("/") < 2 else f"{page.url.rstrip('/')}.md"
        file = File.generated(config, source, content="", inclusion=InclusionLevel.NOT_IN_NAV)
        files.append(file)
        return MadePage(page, file, config)


def _meta(title: str, description: str, *, home: bool) -> dict[str, Any]:
    """Give a page's metadata; Material's search plugin is told to leave the page to `search`."""
    meta: dict[str, Any] = {"description": description, "search": {"exclude": True}, "hide": ["navigation"]}
    return meta if home else {"title": title, **meta}


def _contents(sections: tuple[Section, ...]) -> TableOfContents:
    top = AnchorLink("", TOP, 1)
    top.children = [AnchorLink(markup.flat(s.title), s.id, 2) for s in sections]
    return TableOfContents([top])


def _bytecode(folder: FilePath) -> FileSystemBytecodeCache | None:
    """Give the cache of compiled templates, keyed by their source; none where the folder cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder))
