"""The hooks of the MkDocs plugin, and nothing else; only this module imports MkDocs.

Pages made from the dataset get their HTML from the views. Pages listed in `nav`, and one page of every other kind and
depth, are MkDocs pages rendered by the theme. All others fill the shell left by the page of their kind and are written
separately; the page hooks of other plugins do not see them.
"""

import gc
import logging
import re
import signal
from collections.abc import Collection, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import chain
from pathlib import Path as FilePath
from typing import Any, cast
from urllib.parse import quote

import msgspec
from jinja2 import Template
from markupsafe import Markup
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents
from mkdocs.utils.templates import TemplateContext

from ca_incidents.schema import dataset
from ca_incidents.schema.derive.status import Derived
from ca_incidents.schema.errors import CaIncidentsError
from ca_incidents.schema.export.descriptions import REPOSITORY
from ca_incidents.schema.messages import shown
from ca_incidents.schema.model import Incident
from ca_incidents.site_plugins.build import (
    cache,
    guest,
    search_index,
    security_policy,
    style_sheet,
    swap,
    theme_shell,
    write,
)
from ca_incidents.site_plugins.build.cache import Cache, Entries
from ca_incidents.site_plugins.build.error_page import ErrorPage
from ca_incidents.site_plugins.build.guest import Guest
from ca_incidents.site_plugins.build.preview import FRESH, Planned, Preview, built, held
from ca_incidents.site_plugins.catalogue import Catalogue, Forge
from ca_incidents.site_plugins.files import downloads, feeds, pictures, script_data
from ca_incidents.site_plugins.pages import html
from ca_incidents.site_plugins.pages.page import Keep, Page, Section
from ca_incidents.site_plugins.statistics import csv_tables
from ca_incidents.site_plugins.views import all_pages

log = logging.getLogger("mkdocs.plugins.ca-incidents")
ASSETS = FilePath(__file__).parent / "assets"
TOP = "start"
TOLD_EVERY = 1000
CACHE = FilePath(".cache") / "ca-incidents" / "cache.sqlite"
# Of the theme's own files: maps of its sources, and what its search needs for languages other than the site's.
_UNUSED = re.compile(r"assets/.*\.map|assets/javascripts/lunr/.*")
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.S)
_STYLE = re.compile(r"assets/stylesheets/.*\.css")
# Folders of files that are not pages.
_FOLDERS = ("assets/", f"{downloads.FOLDER}/", f"{feeds.FOLDER}/")
_WORKER = re.compile(r"assets/javascripts/workers/search\.[0-9a-f]+\.min\.js")


class Options(Config):  # type: ignore[no-untyped-call]
    """The plugin's options in mkdocs.yml."""

    dataset = config_options.Type(str, default="incidents")
    branch = config_options.Type(str, default="main")
    # The folder of the site that the pages are below; this project's own site has none.
    prefix = config_options.Type(str, default="ca-incidents")


class AddressTaken(CaIncidentsError):
    """A page of the project has the address of one of ours."""

    def __init__(self, source: str, prefix: str) -> None:
        where = f"has the address of a page of ca-incidents, which are below the prefix {shown(prefix)}"
        super().__init__(f"{source} {where}: move it, or write another `prefix` in mkdocs.yml")


class MadePage(MkDocsPage):
    """A page made from the dataset: no source to read, no Markdown to convert."""

    def __init__(self, made: Page, file: File, config: MkDocsConfig) -> None:
        super().__init__(html.flat(made.label or made.title), file, config)
        self.made = made
        self.update_date = made.updated

    def read_source(self, config: MkDocsConfig) -> None:
        """Set the metadata of an empty source; the theme prints the title unescaped, so it is escaped here."""
        self.markdown = ""
        self.meta = _meta(self.made, html.flat(self.made.title), html.flat(self.made.description))

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Set the table of contents; the body is rendered when the page is written."""
        self.content = ""
        self.toc = _contents(self.made.sections)
        self.present_anchor_ids = {TOP, *(section.id for section in self.made.sections)}


Shape = tuple[str, int, bool]


def shape_of(page: Page) -> Shape:
    """Return what pages that share a shell have in common: kind, depth, and whether they have sections."""
    return page.kind, page.url.count("/"), bool(page.sections)


class Filled(Template):
    """Stands in for the theme's template: the first page of each shape becomes a shell, which later pages fill."""

    def __new__(cls, *_: object, **__: object) -> "Filled":
        """Make a template without a source of its own."""
        return object.__new__(cls)

    def __init__(self, theme: Template, keep: Keep, guest: Guest | None) -> None:
        self.theme = theme
        self.keep = keep
        self.guest = guest
        self.shells: dict[Shape, theme_shell.Shell] = {}
        self.digests: dict[Shape, bytes] = {}

    def render(self, *args: Any, **_: Any) -> str:
        """Render one page from MkDocs' context."""
        context: MutableMapping[str, Any] = args[0]
        page: MadePage = context["page"]
        if page.parent is not None or page.is_homepage or page in context["nav"].items:
            page.content = self._content(page.made)
            return self._styled(self.theme.render(context), page.made)
        found = self.shells[shape_of(page.made)] = self._shell(context, page)
        self.digests[shape_of(page.made)] = blake2b(msgspec.msgpack.encode(found), digest_size=20).digest()
        return self.fill(page.made, page.canonical_url or "")

    def fill(self, page: Page, canonical: str) -> str:
        """Fill the shell of a page's shape."""
        return self.shells[shape_of(page)].fill(
            title=html.flat(page.title),
            description=html.flat(page.description),
            canonical=canonical,
            content=self._content(page),
            sections=[Section(s.id, html.flat(s.title)) for s in page.sections],
            feed=page.feed or "",
            picture=page.picture or pictures.OF_SITE,
        )

    def cache_key(self, page: Page, canonical: str) -> bytes:
        """Return a digest of the inputs of a filled page, except the dataset's version."""
        age = self.guest and (self.guest.as_of, sorted(self.guest.own))
        around = page.title, page.description, canonical, page.sections, page.feed, page.picture, age
        found = blake2b(self.digests[shape_of(page)] + msgspec.msgpack.encode(around), digest_size=20)
        found.update(page.body.cache_key)
        return found.digest()

    def _content(self, page: Page) -> str:
        body = page.body(self.keep)
        return self.guest.content(body, page.url) if self.guest else body

    def _styled(self, rendered: str, page: Page) -> str:
        return self.guest.styled(rendered, page.url) if self.guest else rendered

    def _shell(self, context: MutableMapping[str, Any], page: MadePage) -> theme_shell.Shell:
        kept = page.meta, page.content, page.toc, page.canonical_url
        page.meta = _meta(page.made, theme_shell.TITLE, theme_shell.DESCRIPTION)
        if page.made.feed:
            page.meta["feed"] = theme_shell.FEED
        page.meta["picture"] = theme_shell.PICTURE
        page.content = theme_shell.CONTENT
        page.canonical_url = theme_shell.CANONICAL if page.canonical_url else None
        if page.made.sections:
            page.toc = _contents((theme_shell.FIRST, theme_shell.SECOND))
        try:
            rendered = _finished(self.theme.render(context))
            return theme_shell.cut(self._styled(rendered, page.made), with_sections=bool(page.made.sections))
        finally:
            page.meta, page.content, page.toc, page.canonical_url = kept


@dataclass(frozen=True, slots=True)
class Listed:
    """A page with the attributes that the theme's site map template reads."""

    canonical_url: str | None
    update_date: str
    is_link: bool = False
    abs_url: str | None = None

    @property
    def page(self) -> "Listed":
        """The page of a file; here they are one."""
        return self


class CaIncidentsPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Adds the pages of the dataset to a MkDocs site."""

    catalogue: Catalogue
    pages: Sequence[Page]
    made: Sequence[MadePage]
    separate: Sequence[Page]
    filled: Filled
    prefix: str = ""
    guest: Guest | None = None
    cache: Cache | None = None
    bodies: Entries[str]
    serving: bool = False
    dirty: bool = False
    preview: Preview | None = None
    site: FilePath | None = None

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Keep this instance from one build to the next under `mkdocs serve`, and with it the cache."""
        self.serving, self.dirty = command == "serve", dirty
        self.preview = None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the dataset and, on this project's own site, put the day of its snapshot into every footer."""
        self.prefix = guest.prefix_of(self.config.prefix)
        guest.check_configuration(config.theme.name, use_directory_urls=config.use_directory_urls)
        if self.serving:
            self.preview = self.preview or Preview(FilePath(config.site_dir))
            config.site_dir = str(self.preview.root / FRESH)
        elif not self.dirty:
            self.site = FilePath(config.site_dir)
            config.site_dir = str(swap.fresh(self.site))
        # Nothing read here is freed before the end; collecting garbage would cost a tenth of the build.
        gc.disable()
        self.cache = self.cache or Cache(FilePath(config.config_file_path or "").parent / CACHE, cache.code())
        self.bodies = cache.texts(self.cache, "body")
        read = dataset.read(self._folder(config), cache=cache.structs(self.cache, "record", Incident))
        self.catalogue = Catalogue(
            read,
            site_url=f"{config.site_url}{self.prefix}" if config.site_url else "",
            forge=self._forge(config),
            keep=cache.raw(self.cache, "file"),
            keep_derived=cache.structs(self.cache, "derived", Derived),
            began=getattr(self, "catalogue", None) if self.serving else None,
        )
        log.info(f"{len(self.catalogue.entries):,} incidents read")
        self.pages = list(all_pages(self.catalogue))
        day = html.long_day(self.catalogue.today)
        if self.prefix:
            own = guest.own_parts([*(page.url for page in self.pages), *_FOLDERS])
            self.guest = Guest(self.catalogue.as_of, day, own)
            return config
        config.extra["picture"] = pictures.OF_SITE
        config.extra["snapshot"] = {"as_of": self.catalogue.as_of, "day": self.catalogue.as_of[:10], "words": day}
        config.copyright = f"Snapshot of {day}. Data: CC0. Reports are the CAs' own statements."
        return config

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Add a virtual file for every page, and the assets."""
        for file in [] if self.guest else [file for file in files if _UNUSED.fullmatch(file.src_uri)]:
            files.remove(file)
        own = set(_in_nav(config.nav))
        there = {file.dest_uri: file.src_uri for file in files}
        shapes: set[Shape] = set()
        made, self.separate = [], []
        for page in self.pages:
            if theirs := there.get(f"{self._url(page)}index.html"):
                raise AddressTaken(theirs, self.config.prefix)
            shape = shape_of(page)
            alone = not page.url or self._source(page) in own
            if shape in shapes and not alone:
                self.separate.append(page)
                continue
            if not alone:
                shapes.add(shape)
            made.append(self._added(page, files, config))
        self.made = made
        ours = () if self.guest else self._in_one_style_sheet(files, config)
        for asset in sorted(path for path in ASSETS.rglob("*") if path.is_file() and path not in ours):
            name = asset.relative_to(ASSETS).as_posix()
            files.append(File.generated(config, f"{self.prefix}assets/{name}", abs_src_path=str(asset)))
        if self.guest:
            return files
        for worker in [f.src_uri for f in files if _WORKER.fullmatch(f.src_uri)]:
            path, raw = search_index.worker(worker.rpartition("/")[2])
            files.append(File.generated(config, path, content=raw))
        return files

    def _in_one_style_sheet(self, files: Files, config: MkDocsConfig) -> Collection[FilePath]:
        """Replace the theme's style sheets by one that has ours too; return the files of ours that are in it."""
        theirs = sorted((file for file in files if _STYLE.fullmatch(file.src_uri)), key=lambda file: file.src_uri)
        ours = sorted(ASSETS.glob("*.css"))
        style, raw = style_sheet.joined([*(f.content_bytes for f in theirs), *(path.read_bytes() for path in ours)])
        for file in theirs:
            files.remove(file)
        files.append(File.generated(config, style, content=raw))
        config.extra["style"] = style
        return ours

    def on_nav(self, nav: Navigation, config: MkDocsConfig, files: Files) -> Navigation:
        """Date hand-written pages with the snapshot's day, so that the same commit builds the same site."""
        for page in () if self.guest else nav.pages:
            if not isinstance(page, MadePage):
                page.update_date = self.catalogue.as_of[:10]
        return nav

    def on_env(self, env: Any, config: MkDocsConfig, files: Files) -> Any:
        """Render pages through shells of the theme's page."""
        self.filled = Filled(env.get_template("main.html"), self.bodies, self.guest)
        for page in self.made:
            page.meta["template"] = self.filled
        # Rendering does leave garbage; freezing limits collection to it.
        gc.freeze()
        gc.enable()
        return env

    def on_page_content(self, content: str, page: MkDocsPage, config: MkDocsConfig, files: Files) -> str:
        """Describe a hand-written page by its first paragraph."""
        if not self.guest and not isinstance(page, MadePage) and "description" not in page.meta:
            paragraph = _PARAGRAPH.search(content)
            if paragraph:
                page.meta["description"] = html.flat(" ".join(Markup(paragraph[1]).striptags().split()))  # noqa: S704
        return content

    def on_template_context(
        self, context: TemplateContext, *, template_name: str, config: MkDocsConfig
    ) -> TemplateContext:
        """Add the pages written outside of MkDocs to the site map."""
        if template_name == "sitemap.xml":
            listed = [Listed(self._canonical(page, config), page.updated) for page in self.separate]
            context["pages"] = cast("list[File]", [*context["pages"], *listed])
        return context

    def on_post_page(self, output: str, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Finish a page rendered by the theme; a filled shell is finished already."""
        return _finished(output)

    def on_post_template(self, output_content: str, template_name: str, config: MkDocsConfig) -> str:
        """Finish the 404 page."""
        return _finished(output_content) if template_name.endswith(".html") else output_content

    @event_priority(100)
    def _add_to_search(self, config: MkDocsConfig) -> None:
        """Add our search entries to the index before the search plugin writes it."""
        found = config.plugins.get("material/search") or config.plugins.get("search")
        index = getattr(found, "search_index", None)
        if index is not None:
            index.entries += [entry for page in self.pages if (entry := search_index.entry(page, self.prefix))]

    @event_priority(-100)
    def _write(self, config: MkDocsConfig) -> None:
        """Write everything that MkDocs does not, after all other plugins; a preview writes only what changed."""
        assert self.cache is not None
        catalogue, site = self.catalogue, FilePath(config.site_dir)
        others = chain(
            downloads.written(catalogue, whole=self.preview is None),
            script_data.written(catalogue),
            csv_tables.written(catalogue),
            pictures.written(catalogue),
        )
        files = ((f"{self.prefix}{name}", raw) for name, raw in others if not self.guest or guest.is_part(name))
        if self.preview is None:
            pages = ((f"{self._url(page)}index.html", self._fill(page, config)) for page in self._told(self.separate))
            write.write(site, chain(pages, files))
        else:
            made = held(chain(built(site), files))
            self.preview.show(chain(made, self._planned(config)))
            if catalogue.exported is None:
                catalogue.exported = downloads.offered(catalogue)
                log.info("The preview keeps the files below data/v1/ and the similar incidents as they are now.")
        if self.site is not None:
            swap.show(self.site)
            config.site_dir, self.site = str(self.site), None
        self.cache.save(drop=self.preview is None)
        gc.unfreeze()

    on_post_build = CombinedEvent(_add_to_search, _write)

    def _told(self, pages: Sequence[Page]) -> Iterator[Page]:
        """Yield the pages, and say how many of them are written."""
        for number, page in enumerate(pages, 1):
            yield page
            if number % TOLD_EVERY == 0 or number == len(pages):
                log.info(f"{number:,} of {len(pages):,} pages written")

    def _fill(self, page: Page, config: MkDocsConfig) -> bytes:
        return self.filled.fill(page, self._canonical(page, config) or "").encode()

    def _planned(self, config: MkDocsConfig) -> Iterator[Planned]:
        """Plan the files that a preview may skip; its version remains that of the first build."""
        for page in self.separate:
            cache_key = self.filled.cache_key(page, self._canonical(page, config) or "")
            yield Planned(f"{self._url(page)}index.html", partial(self._fill, page, config), cache_key)
        for name, file in downloads.of_dataset(self.catalogue):
            yield Planned(f"{self.prefix}{name}", file.read, file.sha256.encode())

    def on_build_error(self, error: Exception) -> None:
        """Restore garbage collection, and turn what a user can act on into one message. Raises PluginError."""
        gc.unfreeze()
        gc.enable()
        if self.site is not None:
            swap.discard(self.site)
        if isinstance(error, CaIncidentsError):
            raise PluginError(str(error)) from None
        if isinstance(error, OSError):
            raise PluginError(f"{error.filename or 'the site'}: {error.strerror or error}") from None

    def on_serve(self, server: LiveReloadServer, /, *, config: MkDocsConfig, builder: Any) -> LiveReloadServer:
        """Build again when a record changes, and show in the browser why a build failed."""
        server.watch(str(self._folder(config)))
        # As with Ctrl-C, the server deletes the folder that it serves.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        error_page = ErrorPage(FilePath(server.root), server.mount_path, log.error)
        server.builder = error_page.around_build(server.builder)
        server.set_app(error_page.around_pages(server.serve_request))
        return server

    def _folder(self, config: MkDocsConfig) -> FilePath:
        return FilePath(config.config_file_path or "").parent / self.config.dataset

    def _forge(self, config: MkDocsConfig) -> Forge | None:
        repository = REPOSITORY if self.prefix else (config.repo_url or "").rstrip("/")
        if not repository:
            return None
        name = FilePath(self.config.dataset).name
        edit, raw = (f"{repository}/{way}/{self.config.branch}/{name}/" for way in ("edit", "raw"))
        form = f"{repository}/issues/new?template="
        return Forge(edit, raw, dispute=f"{form}dispute.yml", wrong_fact=f"{form}wrong-fact.yml")

    def _url(self, page: Page) -> str:
        """Return a page's address below the root of the site."""
        return f"{self.prefix}{page.url}"

    def _source(self, page: Page) -> str:
        """Return the name of the source file that MkDocs would build a page from."""
        url = self._url(page)
        return f"{url}index.md" if page.url.count("/") < 2 else f"{url.rstrip('/')}.md"

    def _canonical(self, page: Page, config: MkDocsConfig) -> str | None:
        return f"{config.site_url}{quote(self._url(page))}" if config.site_url else None

    def _added(self, page: Page, files: Files, config: MkDocsConfig) -> MadePage:
        file = File.generated(config, self._source(page), content="", inclusion=InclusionLevel.NOT_IN_NAV)
        files.append(file)
        return MadePage(page, file, config)


def _finished(rendered: str) -> str:
    """Compact a rendered page and give it its policy, unless it has one already."""
    return security_policy.with_policy(theme_shell.compact(rendered)) if security_policy.SLOT in rendered else rendered


def _in_nav(nav: object) -> Iterator[str]:
    """Yield every file named in the configuration's `nav`."""
    if isinstance(nav, str):
        yield nav
    for item in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from _in_nav(item)


def _meta(page: Page, title: str, description: str) -> dict[str, Any]:
    """Return a page's metadata; Material's search plugin is told to skip the page, since `search` adds it."""
    hidden = ["navigation", "toc"] if page.wide else ["navigation"]
    meta: dict[str, Any] = {"description": description, "search": {"exclude": True}, "hide": hidden}
    if page.feed:
        meta["feed"] = page.feed
    if page.picture:
        meta["picture"] = page.picture
    if page.webassembly:
        meta["webassembly"] = True
    return {"title": title, **meta} if page.url else meta


def _contents(sections: tuple[Section, ...]) -> TableOfContents:
    top = AnchorLink("", TOP, 1)
    top.children = [AnchorLink(html.flat(s.title), s.id, 2) for s in sections]
    return TableOfContents([top])
