// Explore: filters all incidents by sets of bits, one set for every choice. The address holds the choices.
import "./typed-query.js";

const FIRST = 50;
const MORE = 100;
const LONG = 20;
const SVG = "http://www.w3.org/2000/svg";
const place = document.getElementById("ci-x");
const form = document.getElementById("ci-explore");
const table = document.getElementById("ci-explore-table");
const body = table.tBodies[0];
const more = document.getElementById("ci-explore-more");
const none = document.getElementById("ci-explore-none");
const status = document.getElementById("ci-explore-count");
const chips = document.getElementById("ci-x-chosen");
const filters = document.getElementById("ci-x-filters");
const groups = document.getElementById("ci-explore-groups");
const feed = document.getElementById("ci-explore-feed");
const root = place.dataset.root;
const number = new Intl.NumberFormat("en");
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

// --- The index: no page in it ---

const ones = (word) => {
  word -= (word >>> 1) & 0x55555555;
  word = (word & 0x33333333) + ((word >>> 2) & 0x33333333);
  return Math.imul((word + (word >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
};
const common = (set, mask) => {
  let found = 0;
  for (let i = 0; i < set.length; i++) found += ones(set[i] & mask[i]);
  return found;
};

class Index {
  constructor(data) {
    this.data = data;
    this.size = data.id.length;
    this.width = Math.ceil(this.size / 32);
    this.facets = data.facets.map((facet) => {
      const sets = facet.values.map(() => new Uint32Array(this.width));
      const rows = facet.of.map((of) => (typeof of === "number" ? [of] : of));
      rows.forEach((values, row) => values.forEach((value) => { sets[value][row >>> 5] |= 1 << (row & 31); }));
      return { ...facet, sets, rows, placeOf: new Map(facet.values.map(([slug], i) => [slug, i])) };
    });
    this.by = Object.fromEntries(this.facets.map((facet) => [facet.key, facet]));
    this.everything = new Uint32Array(this.width);
    for (let row = 0; row < this.size; row++) this.everything[row >>> 5] |= 1 << (row & 31);
    this.orders = new Map();
    this.certificates = null;
    this.asked = "";
    this.worded = this.everything;
  }

  know(certificates) {
    this.certificates = certificates;
    this.asked = "";
    this.worded = this.everything;
  }

  label(key, row) {
    const facet = this.by[key];
    return facet.rows[row].map((value) => facet.values[value][1]);
  }

  slugs(key, row) {
    const facet = this.by[key];
    return facet.rows[row].map((value) => facet.values[value][0]);
  }

  get texts() {
    this.read ??= this.data.title.map((title, row) =>
      fold(`${this.data.id[row]} ${this.label("ca", row).join(" ")} ${title} ${this.label("tag", row).join(" ")} ${this.label("topic", row).join(" ")}`));
    return this.read;
  }

  withWords(query) {
    const words = fold(ciTyped.keys(query)).split(/\s+/).filter(Boolean);
    const asked = words.join(" ");
    if (asked === this.asked) return this.worded;
    this.asked = asked;
    if (!words.length) return (this.worded = this.everything);
    const mask = new Uint32Array(this.width);
    const byKey = words.map((word) => new Set(this.certificates ? ciTyped.bugsOf(word, this.certificates) : []));
    this.texts.forEach((text, row) => {
      const bears = (word, place) => text.includes(word) || byKey[place].has(this.data.id[row]);
      if (words.every(bears)) mask[row >>> 5] |= 1 << (row & 31);
    });
    return (this.worded = mask);
  }

  order(name) {
    if (this.orders.has(name)) return this.orders.get(name);
    const rows = Array.from({ length: this.size }, (_, row) => row);
    const { title, skip, updated, comments } = this.data;
    const ca = this.facets.find((facet) => facet.key === "ca").rows;
    const collator = new Intl.Collator("en", { numeric: true });
    const shown = name.startsWith("title") ? title.map((text, row) => text.slice(skip[row])) : [];
    const sorts = {
      oldest: (a, b) => b - a,
      active: (a, b) => (updated[a] < updated[b] ? 1 : updated[a] > updated[b] ? -1 : a - b),
      comments: (a, b) => comments[b] - comments[a] || a - b,
      ca: (a, b) => ca[a][0] - ca[b][0] || a - b,
      title: (a, b) => collator.compare(shown[a], shown[b]) || a - b,
    };
    const ascending = name.replace(/-last$/, "");
    if (sorts[ascending]) rows.sort(ascending === name ? sorts[name] : (a, b) => sorts[ascending](b, a));
    this.orders.set(name, Uint32Array.from(rows));
    return this.orders.get(name);
  }

  // `chosen`: for every facet null, or the places of the values chosen. Gives the set found and all counts.
  find(query, chosen) {
    const base = this.withWords(query);
    const unions = this.facets.map((facet, f) => {
      if (!chosen[f]) return null;
      const union = new Uint32Array(this.width);
      for (const value of chosen[f]) for (let i = 0; i < this.width; i++) union[i] |= facet.sets[value][i];
      return union;
    });
    const without = (skipped) => {
      const mask = base.slice();
      unions.forEach((union, f) => {
        if (union && f !== skipped) for (let i = 0; i < mask.length; i++) mask[i] &= union[i];
      });
      return mask;
    };
    const found = without(-1);
    const counts = this.facets.map((facet, f) => {
      const mask = unions[f] ? without(f) : found;
      return facet.sets.map((set) => common(set, mask));
    });
    return { found, total: common(found, this.everything), counts };
  }

  // Counts a set by the values of a facet, as [slug, label, count]: periods in their order, others the most first.
  groups(found, key) {
    const { values, sets, time } = this.by[key];
    const counted = values.map(([slug, label], i) => [slug, label, common(sets[i], found)]).filter(([, , count]) => count);
    return time ? counted : counted.sort((a, b) => b[2] - a[2]);
  }

  rows(found, order, from, to) {
    const rows = [];
    let seen = 0;
    for (const row of this.order(order)) {
      if (!(found[row >>> 5] & (1 << (row & 31)))) continue;
      if (seen++ >= from) rows.push(row);
      if (seen >= to) break;
    }
    return rows;
  }
}

// --- The page ---

// What a heading sorts by when it is pressed first, and again.
const HEADS = {
  opened: [["", "descending"], ["oldest", "ascending"]],
  ca: [["ca", "ascending"], ["ca-last", "descending"]],
  title: [["title", "ascending"], ["title-last", "descending"]],
};

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const day = (text) => {
  const [year, month, date] = text.split("-");
  return [date && Number(date), month && MONTHS[month - 1], year].filter(Boolean).join("\u00a0");
};

function start(data) {
  const index = new Index(data);
  const made = new Map();
  const boxes = index.facets.map((facet) => form.querySelector(`[data-facet="${facet.key}"]`));
  const choices = index.facets.map((facet, f) => facet.values.map(([slug, label]) => choice(boxes[f], facet.key, slug, label)));
  const strangers = index.facets.map(() => []);
  let view = null;
  let shown = 0;
  let typing = false;

  function choice(box, key, slug, label) {
    const line = element("label");
    const input = element("input");
    Object.assign(input, { type: "checkbox", name: key, value: slug });
    const count = element("span", "ci-count");
    line.append(input, " ", element("span", "", label), " ", count);
    return { input, line, count, text: fold(label), was: -1, fits: true };
  }

  index.facets.forEach((facet, f) => {
    const fieldset = boxes[f].querySelector("fieldset");
    if (facet.values.length > LONG) {
      const find = element("input", "ci-x-find");
      Object.assign(find, { type: "search", placeholder: "Filter this list", autocomplete: "off" });
      find.setAttribute("aria-label", `Filter this list: ${facet.title}`);
      find.addEventListener("input", () => {
        const wanted = fold(find.value);
        for (const one of choices[f]) {
          one.fits = one.text.includes(wanted);
          one.line.hidden = !one.fits || (!one.was && !one.input.checked);
        }
      });
      fieldset.append(find);
    }
    const list = element("div", "ci-x-choices");
    list.append(...choices[f].map((one) => one.line));
    fieldset.append(list);
    boxes[f].hidden = !facet.values.length;
  });

  function rowOf(row) {
    if (made.has(row)) return made.get(row);
    const line = element("tr");
    const opened = element("time", "", day(data.opened[row]));
    opened.dateTime = data.opened[row];
    const link = (path, text) => {
      const a = element("a");
      a.href = root + path;
      a.append(text);
      return a;
    };
    const cell = (className, ...inside) => {
      const td = element("td", className);
      td.append(...inside);
      line.append(td);
      return td;
    };
    const [owner] = index.slugs("ca", row);
    const [name] = index.label("ca", row);
    cell("ci-day", opened);
    cell("", owner === "none" ? element("span", "ci-none", name) : link(`cas/${owner}/`, name));
    const title = cell("ci-title", link(`incidents/${data.id[row]}/`, element("bdi", "", data.title[row].slice(data.skip[row]))));
    const tags = index.slugs("tag", row);
    if (tags[0] !== "none") {
      const list = element("span", "ci-tags");
      index.label("tag", row).forEach((label, i) => {
        const tag = link(`tags/${tags[i]}/`, label);
        tag.className = "ci-tag";
        list.append(tag, " ");
      });
      title.append(list);
    }
    const [state] = index.slugs("status", row);
    const open = index.slugs("bug", row)[0] === "unknown" ? "not known if open" : "open";
    const said = state === "unknown" ? open : state;
    const end = cell("ci-x-status", element("span", `ci-status ci-status--${state}`, said));
    end.lastChild.title = index.label("status", row)[0];
    const flags = index.label("flag", row);
    for (const late of flags) end.append(" ", element("span", "ci-flag", late));
    if (place.dataset.dispute && (flags.length || state === "unreported")) {
      const dispute = element("a", "ci-dispute", "dispute this");
      dispute.href = place.dataset.dispute + data.id[row];
      dispute.rel = "noopener";
      dispute.setAttribute("aria-label", `Dispute this about bug ${data.id[row]}`);
      end.append(" ", dispute);
    }
    made.set(row, line);
    return line;
  }

  const wanted = () => index.facets.map((_, f) => {
    const places = choices[f].flatMap((one, i) => (one.input.checked ? [i] : []));
    return places.length || strangers[f].length ? places : null;
  });

  // The keys of certificates are loaded when somebody looks for what may be one.
  let keysAsked = false;
  async function wantKeys(query) {
    if (keysAsked || !ciTyped.keys(query).split(" ").some(ciTyped.mayNameCertificate)) return;
    keysAsked = true;
    const answer = await fetch(`${root}assets/certificates.json`);
    if (!answer.ok) return;
    index.know(await answer.json());
    update();
  }

  function update() {
    const began = performance.now();
    const chosen = wanted();
    const sort = form.elements.sort.value;
    wantKeys(form.elements.search.value);
    view = { ...index.find(form.elements.search.value, chosen), sort };
    let all = 0;
    index.facets.forEach((facet, f) => {
      choices[f].forEach((one, i) => {
        const count = view.counts[f][i];
        if (count !== one.was) one.count.textContent = number.format(count);
        one.was = count;
        const hidden = !one.fits || (!count && !one.input.checked);
        if (one.line.hidden !== hidden) one.line.hidden = hidden;
      });
      const some = (chosen[f]?.length ?? 0) + strangers[f].length;
      all += some;
      boxes[f].querySelector(".ci-chosen").textContent = some ? `(${some})` : "";
    });
    filters.querySelector(".ci-chosen").textContent = all ? `(${all})` : "";
    const by = form.elements.group.value;
    view.groups = by ? index.groups(view.found, by) : null;
    shown = by ? 0 : Math.min(FIRST, view.total);
    body.replaceChildren(...(by ? [] : index.rows(view.found, sort, 0, FIRST).map(rowOf)));
    if (by) group(by);
    follow(chosen);
    for (const head of table.querySelectorAll("[data-sorts]")) head.removeAttribute("aria-sort");
    for (const [column, ways] of Object.entries(HEADS)) {
      const [, direction] = ways.find(([way]) => way === sort) ?? [];
      if (direction) table.querySelector(`[data-sorts=${column}]`).setAttribute("aria-sort", direction);
    }
    say();
    chip(chosen);
    performance.measure("ci-explore", { start: began });
  }

  function say() {
    const left = view.groups ? 0 : view.total - shown;
    const parts = view.groups ? ` in ${number.format(view.groups.length)} groups` : left ? `, ${number.format(shown)} shown` : "";
    status.textContent = `${number.format(view.total)} of ${number.format(index.size)} incidents${parts}`;
    more.hidden = !left;
    more.textContent = `Show ${number.format(Math.min(left, MORE))} more of ${number.format(left)}`;
    table.hidden = !view.total || Boolean(view.groups);
    groups.hidden = !view.total || !view.groups;
    none.hidden = view.total > 0;
  }

  // Shows one row for every value; its number leads to the incidents behind it.
  function group(by) {
    const { title } = index.by[by];
    const top = Math.max(...view.groups.map(([, , count]) => count));
    groups.tHead.rows[0].cells[0].textContent = title;
    groups.tBodies[0].replaceChildren(...view.groups.map(([slug, label, count]) => {
      const line = element("tr");
      const head = element("th", "", label);
      head.scope = "row";
      const bar = document.createElementNS(SVG, "svg");
      for (const [name, value] of [["class", "ci-y-bar"], ["viewBox", "0 0 100 8"], ["preserveAspectRatio", "none"], ["aria-hidden", "true"]]) bar.setAttribute(name, value);
      const rect = document.createElementNS(SVG, "rect");
      for (const [name, value] of [["class", "ci-bar"], ["width", (100 * count) / top], ["height", 8]]) rect.setAttribute(name, value);
      bar.append(rect);
      const to = element("a", "", number.format(count));
      to.href = address({ key: by, slug });
      to.setAttribute("aria-label", `${number.format(count)}: ${label}`);
      const cell = element("td");
      cell.append(bar, to);
      line.append(head, cell);
      return line;
    }));
  }

  // Links to the feed of exactly these incidents, where there is one.
  function follow(chosen) {
    const used = index.facets.filter((_, f) => chosen[f] || strangers[f].length);
    const [only] = used;
    const places = only ? (chosen[index.facets.indexOf(only)] ?? []) : [];
    const slug = places.length === 1 ? only.values[places[0]][0] : "none";
    const path = !used.length ? "incidents" : used.length === 1 && only.pages && slug !== "none" ? `${only.pages}/${escaped(slug)}` : null;
    feed.hidden = !path || Boolean(form.elements.search.value.trim());
    if (path) feed.href = `${root}feeds/${path}.atom`;
  }

  // A rule's key as the address of its page has it.
  function escaped(slug) {
    return [...slug.toLowerCase().replace(":", "/")].map((one) => (/[a-z0-9.()/-]/.test(one) ? one : `_${one.codePointAt(0).toString(16)}`)).join("");
  }

  function chip(chosen) {
    const made = [];
    const add = (text, drop) => {
      const button = element("button", "ci-x-chip");
      button.type = "button";
      button.append(element("span", "ci-hidden", "Remove "), text, " ");
      const cross = element("span", "", "×");
      cross.setAttribute("aria-hidden", "true");
      button.append(cross);
      button.addEventListener("click", () => {
        const at = [...chips.children].indexOf(button.parentElement);
        drop();
        changed();
        (chips.children[Math.min(at, chips.children.length - 1)]?.querySelector("button") ?? status).focus();
      });
      const item = element("li");
      item.append(button);
      made.push(item);
    };
    const query = form.elements.search.value.trim();
    if (query) add(`Search titles: ${query}`, () => { form.elements.search.value = ""; });
    index.facets.forEach((facet, f) => {
      for (const i of chosen[f] ?? []) add(`${facet.title}: ${facet.values[i][1]}`, () => { choices[f][i].input.checked = false; });
      for (const slug of strangers[f])
        add(`${facet.title}: ${slug} (no incident)`, () => { strangers[f] = strangers[f].filter((one) => one !== slug); });
    });
    chips.replaceChildren(...made);
    chips.hidden = !made.length;
  }

  // --- The address ---

  // `only`: one value in place of those chosen of its facet, as a list without groups.
  function address(only) {
    const said = new URLSearchParams();
    index.facets.forEach((facet, f) => {
      if (facet.key === only?.key) return said.append(facet.key, only.slug);
      for (const one of choices[f]) if (one.input.checked) said.append(facet.key, one.input.value);
      for (const slug of strangers[f]) said.append(facet.key, slug);
    });
    const others = only ? ["search", "sort"] : ["search", "sort", "group"];
    for (const name of others) if (form.elements[name].value.trim()) said.append(name, form.elements[name].value.trim());
    const query = said.toString().replaceAll("%3A", ":");
    return location.pathname + (query ? `?${query}` : "");
  }

  function readAddress() {
    const asked = new URLSearchParams(location.search);
    form.elements.search.value = asked.get("search") ?? "";
    for (const name of ["sort", "group"]) {
      form.elements[name].value = asked.get(name) ?? "";
      if (form.elements[name].selectedIndex < 0) form.elements[name].value = "";
    }
    index.facets.forEach((facet, f) => {
      const values = new Set(asked.getAll(facet.key));
      choices[f].forEach((one) => { one.input.checked = values.has(one.input.value); });
      strangers[f] = [...values].filter((slug) => !facet.placeOf.has(slug));
      if (values.size) boxes[f].open = true;
    });
  }

  function changed(kind = "choice") {
    update();
    const to = address();
    if (to === location.pathname + location.search) return;
    history[kind === "words" && typing ? "replaceState" : "pushState"](null, "", to);
    typing = kind === "words";
  }

  // --- Downloads ---

  const columns = [
    ["id", (row) => data.id[row]],
    ["opened", (row) => data.opened[row]],
    ["title", (row) => data.title[row]],
    ["ca", (row) => index.slugs("ca", row).filter((slug) => slug !== "none")[0] ?? null],
    ["also_named", (row) => index.slugs("ca", row).slice(1)],
    ["tags", (row) => index.slugs("tag", row).filter((slug) => slug !== "none")],
    ["topics", (row) => index.slugs("topic", row).filter((slug) => slug !== "none")],
    ["bug", (row) => index.slugs("bug", row)[0]],
    ["status", (row) => index.slugs("status", row)[0]],
    ["flags", (row) => index.slugs("flag", row)],
    ["rules", (row) => index.slugs("rule", row).filter((slug) => slug !== "none")],
    ["certificate_kinds", (row) => index.slugs("kind", row).filter((slug) => slug !== "none")],
    ["root_causes", (row) => index.slugs("cause", row).filter((slug) => slug !== "none")],
    ["disclosure_source", (row) => index.slugs("disclosure", row).filter((slug) => slug !== "none")[0] ?? null],
    ["discovery", (row) => index.slugs("discovery", row).filter((slug) => slug !== "none")[0] ?? null],
    ["reporter_kind", (row) => index.slugs("reporter", row)[0]],
    ["comments", (row) => data.comments[row]],
    ["updated", (row) => data.updated[row]],
    ["url", (row) => new URL(`${root}incidents/${data.id[row]}/`, location.href).href],
  ];
  // A cell that a spreadsheet would take for a formula is marked as text.
  const field = (value) => {
    const text = Array.isArray(value) ? value.join(" ") : String(value ?? "");
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };

  // Returns the columns and rows of what is shown: groups, or incidents.
  function content() {
    if (view.groups) return { name: "groups", columns: [form.elements.group.value, "label", "incidents"], rows: view.groups };
    const rows = index.rows(view.found, view.sort, 0, index.size).map((row) => columns.map(([, of]) => of(row)));
    return { name: "incidents", columns: columns.map(([name]) => name), rows };
  }

  function save(kind) {
    const { name, columns: heads, rows } = content();
    const objects = () => rows.map((row) => Object.fromEntries(heads.map((head, i) => [head, row[i]])));
    const text = kind === "csv"
      ? [heads, ...rows].map((line) => `${line.map(field).join(",")}\r\n`).join("")
      : `${JSON.stringify({ source: location.href, as_of: data.as_of, [name]: objects() }, null, 1)}\n`;
    const link = element("a");
    link.href = URL.createObjectURL(new Blob([text], { type: kind === "csv" ? "text/csv" : "application/json" }));
    link.download = `ca-incidents.${kind}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  for (const [column, [[first], [second]]] of Object.entries(HEADS)) {
    const head = table.querySelector(`[data-sorts=${column}]`);
    const button = element("button", "ci-x-sorts", head.textContent);
    button.type = "button";
    button.addEventListener("click", () => {
      form.elements.sort.value = form.elements.sort.value === first ? second : first;
      changed();
    });
    head.replaceChildren(button);
  }
  form.elements.search.addEventListener("input", () => changed("words"));
  form.addEventListener("change", (event) => { if (event.target.name && event.target.name !== "search") changed(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => {
    strangers.forEach((_, f) => { strangers[f] = []; });
    for (const one of choices.flat()) one.fits = true;
    changed();
  }));
  more.addEventListener("click", () => {
    const rows = index.rows(view.found, view.sort, shown, shown + MORE).map(rowOf);
    body.append(...rows);
    shown += rows.length;
    say();
    rows[0]?.querySelector(".ci-title a").focus();
  });
  for (const button of place.querySelectorAll("[data-as]")) button.addEventListener("click", () => save(button.dataset.as));
  addEventListener("popstate", () => { typing = false; readAddress(); update(); });

  const wide = matchMedia("(min-width: 60em)");
  const unfold = () => { filters.open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();
  if (wide.matches) for (const key of ["year", "tag"]) form.querySelector(`[data-facet=${key}]`).open = true;
  readAddress();
  update();
  place.classList.remove("ci-x--waiting");
}

try {
  const answer = await fetch(place.dataset.src);
  if (!answer.ok) throw new Error(`${answer.status}`);
  start(await answer.json());
} catch (error) {
  status.textContent = "The incidents could not be loaded. The pages of the years list all of them.";
  console.error(error);
}
