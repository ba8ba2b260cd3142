// What people paste and type, in the form that records have it. The search worker and Explore both load this file.
globalThis.ciTyped = (() => {
  "use strict";
  const BUG = /(?:https?:\/\/)?(?:bugzilla\.mozilla\.org|bugzil\.la)\/(?:show_bug\.cgi\?(?:\S*?[&;])?id=|rest\/bug\/)?(\d{5,8})\S*/gi;
  const PAGE = /(?:https?:\/\/)\S*\/incidents\/(\d{5,8})\S*/gi;
  const CERTIFICATE = /(?:https?:\/\/)?crt\.sh\/?\?(?:\S*?[&;])?(?:id|q|sha256|sha-256)=([0-9a-f:]+)\S*/gi;
  const IN_PAIRS = /\b[0-9a-f]{2}(?:[: ][0-9a-f]{2}){7,31}\b/gi;
  const LABEL = /(^|[^\p{L}\p{N}])(?:(?:bugs?|bmo|bugzilla|incidents?)\s*[#:]?\s*|#)(?=\d{5,8}(?!\d))/giu;
  const CRTSH = /\bcrt\.?sh(?:\s+id)?[\s:#=]+(?=[0-9a-f]{5,})/gi;

  // Addresses of bugs, incidents and certificates become their number or fingerprint, and labels before a number go.
  const keys = (query) =>
    query
      .replace(BUG, " $1 ")
      .replace(PAGE, " $1 ")
      .replace(CERTIFICATE, " $1 ")
      .replace(IN_PAIRS, (pairs) => pairs.replace(/[: ]/g, ""))
      .replace(CRTSH, "")
      .replace(LABEL, "$1")
      .replace(/\s+/g, " ")
      .trim();

  // The bugs of a certificate, by its number at crt.sh or by at least eight digits of its SHA-256 fingerprint.
  const bugsOf = (word, { crtsh, sha256 }) => {
    const key = word.toLowerCase();
    const found = /^\d{5,}$/.test(key) ? crtsh[key] ?? [] : [];
    if (!/^[0-9a-f]{8,64}$/.test(key)) return found;
    const length = Math.max(0, ...Object.keys(sha256).map((known) => known.length));
    const known = Object.keys(sha256).filter((one) => one.startsWith(key.slice(0, length)));
    return found.concat(...known.map((one) => sha256[one]));
  };

  const mayNameCertificate = (word) => /^(?:\d{5,}|[0-9a-f]{8,64})$/i.test(word);

  // Two names are the same when they differ in nothing but case, accents, spaces and punctuation.
  const folded = (name) => name.normalize("NFKD").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");

  return { bugsOf, folded, keys, mayNameCertificate };
})();
