// The theme's search worker, taught five things: a bug's number is exact however it is written, a certificate is found
// by its crt.sh id or its SHA-256 fingerprint, a word that is found nowhere is looked up with the letters that people
// mistype, pages that have all the words come first, and before them the page that bears a word as its name.
importScripts("../javascripts/workers/WORKER");
(() => {
  const plain = lunr.Index.prototype.search;
  const forgiven = (word) => {
    const bare = word.replace(/\*$/, "");
    return /^[a-z]{4,}$/i.test(bare) ? `${bare}~${bare.length > 6 ? 2 : 1}` : word;
  };
  // Fetched when a query may be a certificate's key, and waited for: the theme asks for an answer, not for a promise.
  let keys;
  const certificates = () => {
    if (!keys) {
      const request = new XMLHttpRequest();
      request.open("GET", new URL("../certificates.json", location.href), false);
      try {
        request.send();
      } catch {
        return { crtsh: {}, sha256: {} };
      }
      keys = request.status === 200 ? JSON.parse(request.responseText) : { crtsh: {}, sha256: {} };
      keys.length = Math.max(0, ...Object.keys(keys.sha256).map((known) => known.length));
    }
    return keys;
  };
  const ofCertificate = (key) => {
    const found = /^\d{5,}$/.test(key) ? (certificates().crtsh[key] || []) : [];
    if (!/^[0-9a-f]{8,64}$/.test(key)) return found;
    const { sha256, length } = certificates();
    const known = Object.keys(sha256).filter((one) => one.startsWith(key.slice(0, length)));
    return found.concat(...known.map((one) => sha256[one]));
  };
  // The terms as the theme reads them from the query; of those that a result does not bear it says that they are missing.
  const termsOf = (query) =>
    query.toLowerCase().split(/\s+/).map((word) => word.slice(word.indexOf(":") + 1).replace(/\*$/, ""));
  const bears = (result, terms) => { for (const term of terms) result.matchData.metadata[term] = {}; };
  const byCertificate = (query) => {
    const words = query.toLowerCase().replace(/[*:]+/g, " ").split(/[^0-9a-z]+/).filter(Boolean);
    const whole = words.length > 1 && words.every((word) => /^[0-9a-f]+$/.test(word)) ? [words.join("")] : [];
    const bugs = new Set([...words, ...whole].flatMap(ofCertificate));
    const metadata = Object.fromEntries([...words, ...termsOf(query)].map((word) => [word, {}]));
    return [...bugs].map((bug) => ({ ref: `incidents/${bug}/`, score: 1000, matchData: { metadata } }));
  };
  lunr.Index.prototype.search = function (query) {
    const certain = byCertificate(query);
    if (!certain.length) return byWords.call(this, query);
    const first = new Set(certain.map(({ ref }) => ref));
    return [...certain, ...byWords.call(this, query).filter(({ ref }) => !first.has(ref))];
  };
  const byWords = function (query) {
    const exact = query.replace(/\bbugs?\*?\s+#?(\d{6,8})\b/gi, "$1");
    const words = exact.split(/\s+/).filter(Boolean);
    const naming = exact === query ? [] : termsOf(query).filter((term) => /^(bugs?|#.*)$/.test(term));
    if (words.some((word) => /[:+^~-]/.test(word))) return plain.call(this, exact);
    const having = new Map();
    const meant = new Map();
    const bare = words.map((word) => word.replace(/\*$/, "").toLowerCase());
    const known = words.map((word, place) => {
      let found = plain.call(this, word);
      const used = found.length ? word : forgiven(word);
      if (used !== word) found = plain.call(this, used);
      for (const { ref } of found) {
        having.set(ref, (having.get(ref) || 0) + 1);
        if (used !== word) meant.set(ref, [...(meant.get(ref) || []), bare[place]]);
      }
      return used;
    });
    const found = plain.call(this, known.join(" "));
    for (const one of found) {
      one.score *= ((having.get(one.ref) || 1) / words.length) ** 8;
      if (bare.includes(one.ref.split("/").at(-2))) one.score *= 4;
      bears(one, [...naming, ...(meant.get(one.ref) || [])]);
    }
    return found.sort((a, b) => b.score - a.score);
  };
})();
