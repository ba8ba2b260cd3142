// The incidents of a CA that were opened or open between two days, from Explore's data. The address holds the choice.
const NOT_ENDED = "9999-12-31";
const WHY = {
  opened: "opened in the period",
  open: "opened before, still open",
  resolved: "opened before, resolved later",
  commented: "opened before, commented on later",
  unknown: "opened before, state not known",
};
const place = document.getElementById("ci-period");
const form = document.getElementById("ci-period-form");
const said = document.getElementById("ci-period-said");
const left = document.getElementById("ci-period-left");
const save = document.getElementById("ci-period-save");
const list = document.getElementById("ci-period-list");
const root = place.dataset.root;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const day = (text) => {
  const [year, month, date] = text.split("-");
  return [date && Number(date), month && MONTHS[month - 1], year].filter(Boolean).join("\u00a0");
};
const count = (number, one) => `${number}\u00a0${one}${number === 1 ? "" : "s"}`;
const element = (name, className, ...inside) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
};
const labelled = (cell, text) => {
  cell.dataset.is = text;
  return cell;
};
const link = (address, text, rel) => {
  const made = element("a", "", text);
  made.href = address;
  if (rel) made.rel = rel;
  return made;
};

// Returns the rows of the period, oldest first, and the number of earlier ones whose day of resolving is not known.
function within(data, slug, from, to) {
  const facet = Object.fromEntries(data.facets.map((one) => [one.key, one]));
  const valuesOf = (key, row) => [facet[key].of[row]].flat().map((value) => facet[key].values[value]);
  const slugs = (key, row) => valuesOf(key, row).map(([slug]) => slug);
  const rows = [];
  let unsure = 0;
  data.id.forEach((id, row) => {
    const named = slugs("ca", row);
    const opened = data.opened[row];
    if (!named.includes(slug) || opened > to) return;
    const [state] = slugs("bug", row);
    const resolved = data.resolved[row];
    const last = state === "open" || state === "unknown" ? NOT_ENDED : resolved || data.updated[row];
    if (last < from) {
      if (!resolved) unsure += 1;
      return;
    }
    const before = state === "open" || state === "unknown" ? state : resolved ? "resolved" : "commented";
    rows.push({
      bug: id,
      title: data.title[row],
      opened,
      role: named[0] === slug ? "concerned" : "also-named",
      why: opened >= from ? "opened" : before,
      bug_state: valuesOf("bug", row)[0][1],
      resolved,
      last_comment: data.updated[row],
      tags: slugs("tag", row).filter((tag) => tag !== "none").join(" "),
      page: new URL(`${root}incidents/${id}/`, location.href).href,
      bugzilla: `https://bugzilla.mozilla.org/show_bug.cgi?id=${id}`,
    });
  });
  return { rows: rows.reverse(), unsure };
}

function table(rows) {
  const heads = ["Opened", "Bug", "Incident", "In the period", "Last comment", "State at the snapshot"];
  const made = element("table", "ci-table ci-table--plain ci-table--period");
  made.append(element("caption", "ci-hidden", "Incidents of the period"));
  const head = element("tr");
  for (const text of heads) {
    const cell = element("th", "", text);
    cell.scope = "col";
    head.append(cell);
  }
  made.append(element("thead", "", head));
  const body = element("tbody");
  for (const one of rows) {
    body.append(element("tr", "",
      element("td", "ci-day", day(one.opened)),
      element("td", "", link(one.bugzilla, `${one.bug}`, "noopener")),
      element("td", "ci-title", link(one.page, element("bdi", "", one.title)), one.role === "also-named" ? " (also named)" : ""),
      element("td", "", WHY[one.why]),
      labelled(element("td", "", day(one.last_comment)), "last comment"),
      element("td", "", one.resolved ? `${one.bug_state}, ${day(one.resolved)}` : one.bug_state)));
  }
  made.append(body);
  return made;
}

// A cell that a spreadsheet would take for a formula is marked as text.
const field = (value) => {
  const text = String(value ?? "");
  const safe = /^[=+\-@\t\r']/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

function start(data) {
  let shown = [];
  const { ca, from, to } = Object.fromEntries(["ca", "from", "to"].map((name) => [name, form.elements[name]]));
  const as_of = data.as_of.slice(0, 10);

  function show() {
    const complete = ca.value && from.value && to.value;
    const ordered = from.value <= to.value;
    const found = complete && ordered ? within(data, ca.value, from.value, to.value) : { rows: [], unsure: 0 };
    shown = found.rows;
    save.hidden = !shown.length;
    left.hidden = !found.unsure;
    list.replaceChildren(...(shown.length ? [table(shown)] : []));
    if (!complete) said.textContent = "Choose a CA, the first day and the last day of the period.";
    else if (!ordered) said.textContent = "The first day is later than the last one.";
    else {
      const opened = shown.filter((one) => one.why === "opened").length;
      const name = ca.selectedOptions[0].textContent;
      const period = from.value === to.value ? `on ${day(to.value)}` : `from ${day(from.value)} to ${day(to.value)}`;
      said.textContent = `${name}: ${count(shown.length, "incident")} open or opened ${period}, as of ${day(as_of)}; ${opened} opened in the period, ${shown.length - opened} before it.`;
      if (to.value > as_of) said.textContent += ` The period ends after the snapshot of ${day(as_of)}.`;
      left.textContent = `${count(found.unsure, "earlier bug")} of this CA, resolved on a day that is not known, had the last comment before the period and ${found.unsure === 1 ? "is" : "are"} left out.`;
    }
  }

  function read() {
    const asked = new URLSearchParams(location.search);
    ca.value = asked.get("ca") ?? "";
    if (ca.selectedIndex < 0) ca.value = "";
    for (const one of [from, to]) one.value = asked.get(one.name) ?? "";
  }

  form.addEventListener("change", () => {
    const given = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.pushState(null, "", given.size ? `?${given}` : location.pathname);
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("popstate", () => { read(); show(); });
  document.getElementById("ci-period-csv").addEventListener("click", () => {
    const columns = Object.keys(shown[0]);
    const lines = [columns, ...shown.map((one) => columns.map((name) => one[name]))];
    const saved = element("a");
    saved.href = URL.createObjectURL(new Blob([lines.map((line) => `${line.map(field).join(",")}\r\n`).join("")], { type: "text/csv" }));
    saved.download = `incidents-${ca.value}-${from.value}-${to.value}.csv`;
    saved.click();
    setTimeout(() => URL.revokeObjectURL(saved.href), 10_000);
  });
  read();
  show();
}

try {
  const answer = await fetch(place.dataset.src);
  if (!answer.ok) throw new Error(`${answer.status}`);
  start(await answer.json());
} catch (error) {
  said.textContent = "The incidents could not be loaded. The page of each CA lists its incidents.";
  console.error(error);
}
