// Computes what a form with a .proof box asks for: the counter whose PBKDF2 key begins as the challenge says (ALTCHA).
// Keys are derived beside the page's own thread, so that typing stays smooth. Without a secure connection there is no
// crypto.subtle: the box then says how to wait instead, as it does without JavaScript.
(() => {
  const box = document.querySelector(".proof[data-challenge]");
  if (!box || !globalThis.crypto?.subtle) return;
  const form = box.closest("form");
  const [status, bar] = [box.querySelector("[role=status]"), box.querySelector("progress")];
  const challenge = JSON.parse(box.dataset.challenge);
  const asked = challenge.parameters;
  const tries = Number(box.dataset.tries);
  const salt = bytes(asked.salt), nonce = bytes(asked.nonce);
  let done = false, waits = null, told = -1;

  function bytes(hex) {
    return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  }

  async function key(counter) {
    const password = new Uint8Array(nonce.length + 4);
    password.set(nonce);
    new DataView(password.buffer).setUint32(nonce.length, counter);
    const raw = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const kind = { name: "PBKDF2", hash: asked.algorithm.split("/")[1], salt, iterations: asked.cost };
    const derived = new Uint8Array(await crypto.subtle.deriveBits(kind, raw, asked.keyLength * 8));
    return Array.from(derived, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  function say(counter) {
    bar.value = counter;
    const tenth = Math.floor((10 * counter) / tries);
    if (tenth === told) return; // a screen reader hears ten sentences, not eight hundred
    told = tenth;
    status.textContent = (waits ? box.dataset.sending : box.dataset.working).replace("{percent}", String(tenth * 10));
  }

  async function solve() {
    const abreast = Math.max(1, Math.min(8, (navigator.hardwareConcurrency || 2) - 1));
    for (let first = 0; first <= tries; first += abreast) {
      const counters = Array.from({ length: abreast }, (_, number) => first + number);
      const keys = await Promise.all(counters.map(key));
      const found = keys.findIndex((derived) => derived.startsWith(asked.keyPrefix));
      if (found >= 0) return { counter: counters[found], derivedKey: keys[found] };
      say(first);
    }
    throw new Error("no counter fits the challenge");
  }

  form.addEventListener("submit", (event) => {
    if (done || event.defaultPrevented) return;
    event.preventDefault();
    waits = event.submitter ?? form.querySelector("[type=submit]");
    told = -1;
    say(bar.value);
  });

  bar.hidden = false;
  say(0);
  solve().then((solution) => {
    form.elements.proof.value = btoa(JSON.stringify({ challenge, solution }));
    bar.value = tries;
    status.textContent = box.dataset.done;
    done = true;
    if (waits) form.requestSubmit(waits);
  }, () => {
    done = true; // it cannot be computed here: the form goes as it is, and its answer says how to wait
    bar.hidden = true;
    if (waits) form.requestSubmit(waits);
  });
})();
