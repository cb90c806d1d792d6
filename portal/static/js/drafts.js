// Saves what somebody writes while they write (templates/intake/_draft.html). htmx sends it two seconds after the last key;
// this leaves files out of it, saves at once when the page is left for another, and says what went wrong without taking
// the page away.
(() => {
  for (const line of document.querySelectorAll("[data-keeps]")) {
    const form = line.closest("form");
    let changed = false;
    let sent = false;

    form.addEventListener("input", () => { changed = true; });
    document.addEventListener("submit", (event) => {
      if (event.target !== form || event.defaultPrevented) return;
      sent = true;
      line.dispatchEvent(new CustomEvent("htmx:abort"));
    });
    addEventListener("pageshow", () => { sent = false; });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && changed) line.dispatchEvent(new CustomEvent("keep"));
    });

    line.addEventListener("htmx:config:request", (event) => {
      const { body } = event.detail.ctx.request;
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    });
    line.addEventListener("htmx:before:request", (event) => {
      if (sent) event.preventDefault();
      else changed = false;
    });
    line.addEventListener("htmx:before:response", (event) => {
      const { status } = event.detail.ctx.response;
      if (sent || (status !== 200 && status !== 409)) event.preventDefault();
      if (sent || status === 200 || status === 409) return;
      changed = true;
      const { signedOut, outdated, interrupted } = line.dataset;
      line.textContent = { 401: signedOut, 403: outdated }[status] ?? interrupted;
    });
    line.addEventListener("htmx:error", (event) => {
      if (sent || event.detail.error?.name === "AbortError") return;
      changed = true;
      line.textContent = line.dataset.interrupted;
    });
    line.addEventListener("htmx:after:swap", () => {
      form.querySelector(".discard").hidden = !line.textContent.trim();
    });
  }
})();
