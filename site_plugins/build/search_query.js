// The theme's search worker, with another way to answer: what is known by its number, certificate or name comes first,
// then the pages that have all the words. Only a word that is found nowhere is looked up with one letter changed.
importScripts("../typed-query.js");
(() => {
  const { bugsOf, folded, keys, mayNameCertificate } = ciTyped;
  const OPERATOR = /"|(?:^|\s)[+-]\S|[~^]\d/;
  const SHORT = 3;
  const WHOLE = 8;
  const BY_NUMBER = 1e6;
  const BY_NAME = 1e4;
  let separator;
  let pages; // addresses of all pages
  let named; // folded name: the pages that bear it
  let typed = "";

  // The theme's answer to its own message is ours to change: this listener is added before the theme's.
  addEventListener("message", ({ data: message }) => {
    if (message.type === 0) begin(message.data);
    if (message.type === 2) message.data = asked(message.data);
  });

  const text = (html) =>
    html.replace(/&(?:#(\d+)|amp|lt|gt|quot);/g, (entity, code) =>
      code ? String.fromCodePoint(code) : { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"' }[entity]);

  function begin({ config, docs }) {
    separator = new RegExp(config.separator, "g");
    pages = new Set(docs.map(({ location }) => location));
    named = new Map();
    for (const { location, title, boost = 1, names = [] } of docs) {
      if (location.includes("#") || /^incidents\/\d/.test(location)) continue;
      for (const key of new Set([title, ...names].map((name) => folded(text(name))))) {
        named.set(key, [...(named.get(key) ?? []), { location, title: text(title), boost }]);
      }
    }
    for (const bearers of named.values()) bearers.sort((a, b) => b.boost - a.boost);
  }

  // The words that tell something; all of them where none does.
  function wordsOf(text) {
    const words = text.toLowerCase().split(separator).filter(Boolean);
    const telling = words.filter((word) => lunr.stopWordFilter(word));
    return telling.length ? telling : words;
  }

  function asked(query) {
    typed = keys(query);
    return OPERATOR.test(query) ? typed : wordsOf(typed).join(" ");
  }

  // Fetched when a query may name a certificate, and waited for: the theme asks for an answer, not for a promise.
  let certificates;
  const certificateKeys = () => {
    if (certificates) return certificates;
    const request = new XMLHttpRequest();
    request.open("GET", new URL("../certificates.json", location.href), false);
    try {
      request.send();
    } catch {
      return { crtsh: {}, sha256: {} };
    }
    certificates = request.status === 200 ? JSON.parse(request.responseText) : { crtsh: {}, sha256: {} };
    return certificates;
  };

  const numbered = (words) => {
    const certificates = words.filter(mayNameCertificate).flatMap((word) => bugsOf(word, certificateKeys()));
    const bugs = words.filter((word) => /^\d{5,8}$/.test(word));
    return [...bugs, ...certificates].map((bug) => `incidents/${bug}/`).filter((ref) => pages.has(ref));
  };

  importScripts("../javascripts/workers/WORKER");
  const plain = lunr.Index.prototype.search;
  // A mistyped word has its first letter right, and one letter wrong, missing, added or swapped with the next.
  const nearly = (index, word) =>
    plain.call(index, `${word}~1`).filter(({ matchData }) =>
      Object.keys(matchData.metadata).some((term) => term[0] === word[0]));

  // What one word finds, as it is before what begins with it; another name of a CA finds what the CA's own name does.
  function lookUp(index, word, isLast) {
    const found = plain.call(index, word.length < SHORT && !isLast ? word : `${word}^${WHOLE} ${word}*`);
    for (const { location, title } of named.get(folded(word)) ?? []) {
      if (!location.startsWith("cas/") || title.toLowerCase() === word) continue;
      found.push(...plain.call(index, wordsOf(title).map((one) => `+${one}`).join(" ")));
    }
    return found.length || !/^\p{L}{4,}$/u.test(word) ? found : nearly(index, word);
  }

  function byWords(index, words) {
    const results = new Map();
    words.forEach((word, place) => {
      const seen = new Set();
      for (const { ref, score, matchData } of lookUp(index, word, place === words.length - 1)) {
        const one = results.get(ref) ?? { ref, score: 0, matchData: { metadata: {} }, having: 0 };
        one.score += score;
        one.having += seen.has(ref) ? 0 : 1;
        Object.assign(one.matchData.metadata, matchData.metadata);
        results.set(ref, one);
        seen.add(ref);
      }
    });
    const most = Math.max(0, ...[...results.values()].map(({ having }) => having));
    return [...results.values()].filter(({ having }) => having === most);
  }

  lunr.Index.prototype.search = function (query) {
    if (OPERATOR.test(query)) return plain.call(this, query);
    const words = query.toLowerCase().split(/\s+/).map((word) => word.replace(/\*$/, "")).filter(Boolean);
    // A result that bears every word's entry is not shown as one that misses some.
    const metadata = () => Object.fromEntries(words.map((word) => [word, {}]));
    const results = new Map();
    const add = (ref, score) => {
      if (!results.has(ref)) results.set(ref, { ref, score, matchData: { metadata: metadata() } });
    };
    numbered(words).forEach((ref) => add(ref, BY_NUMBER));
    (named.get(folded(typed)) ?? []).forEach(({ location }, place) => add(location, BY_NAME / (place + 1)));
    for (const found of byWords(this, words)) {
      Object.assign(found.matchData.metadata, { ...metadata(), ...found.matchData.metadata });
      const known = results.get(found.ref);
      if (known) known.matchData = found.matchData;
      else results.set(found.ref, found);
    }
    return [...results.values()].sort((a, b) => b.score - a.score);
  };
})();
