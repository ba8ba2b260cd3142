// Compare: sets the figures of two to four CAs side by side. The address holds which.
const place = document.getElementById("ci-y");
const form = document.getElementById("ci-compare");
const said = document.getElementById("ci-compare-said");
const tables = document.getElementById("ci-compare-tables");
const root = place.dataset.root;
const number = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const SVG = "http://www.w3.org/2000/svg";

const element = (name, className, ...inside) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
};
const link = (path, ...inside) => {
  const made = element("a", "", ...inside);
  made.href = root + path;
  return made;
};
const bar = (share) => {
  const svg = document.createElementNS(SVG, "svg");
  const rect = document.createElementNS(SVG, "rect");
  for (const [name, value] of Object.entries({ viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true", class: "ci-y-bar" })) svg.setAttribute(name, value);
  for (const [name, value] of Object.entries({ width: 100 * share, height: 8, class: "ci-bar" })) rect.setAttribute(name, value);
  svg.append(rect);
  return svg;
};

function start(data) {
  const selects = [...form.querySelectorAll("select")];
  const known = new Map(data.cas.map((ca) => [ca.slug, ca]));
  for (const select of selects) for (const ca of data.cas) select.append(new Option(`${ca.name} (${ca.total})`, ca.slug));

  const cell = (scope, ...inside) => {
    const made = element(scope ? "th" : "td", scope === "col" ? "ci-number" : "", ...inside);
    if (scope) made.scope = scope;
    return made;
  };

  function table(caption, chosen, lines, withAll) {
    const head = element("tr", "", cell("", ""), ...chosen.map((ca) => cell("col", link(`cas/${ca.slug}/`, ca.name))));
    if (withAll) head.append(cell("col", "All CAs"));
    const body = element("tbody");
    for (const { title, cells } of lines) {
      const line = element("tr", "", cell("row", title));
      for (const inside of cells) {
        const made = cell("", ...inside);
        made.className = "ci-number";
        line.append(made);
      }
      body.append(line);
    }
    const made = element("table", `ci-table ci-table--plain ci-table--compare${chosen.length > 2 ? " ci-table--wide" : ""}`, element("caption", "", caption), element("thead", "", head), body);
    const scroll = element("div", "ci-scroll", made);
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", caption);
    return scroll;
  }

  const counted = (count, query) => (count ? link(`explore/?${query}`, number.format(count)) : element("span", "ci-none", "0"));
  // No lateness that is known is not the same as none.
  const late = (count, query) => (count ? counted(count, query) : element("span", "ci-none", "none known"));

  function figures(chosen) {
    const all = data.all;
    const lines = [
      { title: "Incidents", cells: [...chosen.map((ca) => [counted(ca.total, `ca=${ca.slug}`)]), [counted(all.total, "")]] },
      { title: "Open", cells: [...chosen.map((ca) => [counted(ca.open, `ca=${ca.slug}&bug=open`)]), [counted(all.open, "bug=open")]] },
    ];
    data.late.forEach(([slug, title], i) => {
      if (all.late[i]) lines.push({ title: title[0].toUpperCase() + title.slice(1), cells: [...chosen.map((ca) => [late(ca.late[i], `ca=${ca.slug}&flag=${slug}`)]), [late(all.late[i], `flag=${slug}`)]] });
    });
    data.measures.forEach(([title, unit], i) => {
      const shown = ({ measures }) => {
        const [value, count, unknown] = measures[i];
        const shown = unit === "bugs" ? `${number.format(value)} of ${number.format(count)}` : `${number.format(value)} days`;
        const from = `${unit === "bugs" ? "" : `from ${number.format(count)}; `}not known for ${number.format(unknown)}`;
        return value === null ? [element("span", "ci-none", "not known")] : [shown, element("small", "ci-none", from)];
      };
      lines.push({ title: unit === "bugs" ? title : `${title} (median)`, cells: [...chosen.map(shown), shown(all)] });
    });
    return table("Figures", chosen, lines, true);
  }

  function counts(caption, chosen, titles, key, query) {
    const top = Math.max(1, ...chosen.flatMap((ca) => ca[key]));
    const lines = titles.map(([slug, title], i) => ({
      title,
      cells: chosen.map((ca) => [bar(ca[key][i] / top), counted(ca[key][i], `ca=${ca.slug}&${query}=${slug}`)]),
      some: chosen.some((ca) => ca[key][i]),
    }));
    if (key === "years") lines.reverse();
    return table(caption, chosen, lines.filter((line) => line.some), false);
  }

  function draw() {
    const slugs = selects.map((select) => select.value).filter(Boolean);
    const chosen = [...new Set(slugs)].map((slug) => known.get(slug));
    if (chosen.length < 2) {
      said.textContent = chosen.length ? "Choose one more CA." : "Choose at least two CAs.";
      tables.replaceChildren();
      return;
    }
    said.textContent = `${chosen.map((ca) => ca.name).join(", ")} compared.`;
    tables.replaceChildren(
      figures(chosen),
      counts("Incidents by year opened", chosen, data.years.map((year) => [year, String(year)]), "years", "year"),
      counts("Incidents by category; one may have several", chosen, data.tags, "tags", "tag"),
    );
  }

  function read() {
    const asked = [...new Set(new URLSearchParams(location.search).getAll("ca"))];
    const found = asked.filter((slug) => known.has(slug)).slice(0, selects.length);
    selects.forEach((select, i) => { select.value = found[i] ?? ""; });
    draw();
    const lost = asked.filter((slug) => !found.includes(slug));
    if (lost.length) said.textContent += ` Left out, because at most four can be compared and a CA without incidents has no figures: ${lost.join(", ")}.`;
  }

  form.addEventListener("change", () => {
    draw();
    const query = new URLSearchParams(selects.filter((select) => select.value).map((select) => ["ca", select.value])).toString();
    history.pushState(null, "", location.pathname + (query ? `?${query}` : ""));
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("popstate", read);
  read();
}

try {
  const answer = await fetch(place.dataset.src);
  if (!answer.ok) throw new Error(`${answer.status}`);
  start(await answer.json());
} catch (error) {
  said.textContent = "The figures could not be loaded. Each CA's page shows its own.";
  console.error(error);
}
