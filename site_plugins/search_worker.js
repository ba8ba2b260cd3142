// The theme's search worker, taught three things: a bug's number is exact however it is written, a word that is found
// nowhere is looked up with the letters that people mistype, and pages that have all the words come first.
importScripts("../javascripts/workers/WORKER");
(() => {
  const plain = lunr.Index.prototype.search;
  const forgiven = (word) => {
    const bare = word.replace(/\*$/, "");
    return /^[a-z]{4,}$/i.test(bare) ? `${bare}~${bare.length > 6 ? 2 : 1}` : word;
  };
  lunr.Index.prototype.search = function (query) {
    const exact = query.replace(/\bbugs?\*?\s+#?(\d{6,8})\b/gi, "$1");
    const words = exact.split(/\s+/).filter(Boolean);
    if (words.some((word) => /[:+^~-]/.test(word))) return plain.call(this, exact);
    const having = new Map();
    const known = words.map((word) => {
      let found = plain.call(this, word);
      const used = found.length ? word : forgiven(word);
      if (used !== word) found = plain.call(this, used);
      for (const { ref } of found) having.set(ref, (having.get(ref) || 0) + 1);
      return used;
    });
    const found = plain.call(this, known.join(" "));
    for (const one of found) one.score *= ((having.get(one.ref) || 1) / words.length) ** 8;
    return found.sort((a, b) => b.score - a.score);
  };
})();
