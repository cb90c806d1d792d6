// Asks before a page is left whose form was changed and not sent: <form data-unsaved>, or data-unsaved="yes" for one that came back.
(() => {
  const form = document.querySelector("form[data-unsaved]");
  let changed = form.dataset.unsaved === "yes";

  for (const kind of ["input", "change", "htmx:after:swap"]) {
    form.addEventListener(kind, () => { changed = true; });
  }
  form.addEventListener("submit", () => { changed = false; });
  addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
})();
