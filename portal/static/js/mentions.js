// Offers people while somebody types "@" in a text: arrows choose, Enter takes, Escape closes. The names stand in
// <details data-mentions="ID OF THE TEXT">, which works without this file.
(() => {
  const MOST = 8;
  const TYPED = /(?:^|[^\p{L}\p{N}_@./-])@([\p{L}\p{N}-]*)$/u;
  const fold = (text) => text.normalize("NFKC").toLowerCase();

  const attach = (list) => {
    const text = document.getElementById(list.dataset.mentions);
    if (!text || text.dataset.offers) return;
    text.dataset.offers = "yes";
    const people = [...list.querySelectorAll("[data-handle]")].map((one) => one.dataset);
    const box = document.createElement("ul");
    const said = document.createElement("p");
    let chosen = 0;

    Object.assign(box, { className: "offered", id: `${text.id}-offered`, hidden: true });
    box.setAttribute("role", "listbox");
    box.setAttribute("aria-label", list.querySelector("summary").textContent);
    said.className = "visually-hidden";
    said.setAttribute("aria-live", "polite");
    text.after(box, said);
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-controls", box.id);

    const close = () => {
      box.hidden = true;
      box.replaceChildren();
      text.removeAttribute("aria-activedescendant");
    };

    const choose = (place) => {
      chosen = (place + box.children.length) % box.children.length;
      [...box.children].forEach((one, at) => one.setAttribute("aria-selected", String(at === chosen)));
      text.setAttribute("aria-activedescendant", box.children[chosen].id);
      said.textContent = `${box.children[chosen].textContent}, ${chosen + 1}/${box.children.length}`;
    };

    const take = () => {
      const before = text.value.slice(0, text.selectionStart);
      const start = before.length - before.match(TYPED)[1].length;
      const behind = /^\s/.test(text.value.slice(text.selectionEnd)) ? "" : " ";
      text.setRangeText(box.children[chosen].dataset.handle + behind, start, text.selectionEnd, "end");
      close();
      text.dispatchEvent(new Event("input", { bubbles: true }));
      text.focus();
    };

    const offer = () => {
      const typed = text.selectionStart === text.selectionEnd && text.value.slice(0, text.selectionStart).match(TYPED);
      const begun = typed ? fold(typed[1]) : "";
      const fits = (one) => one.handle.startsWith(begun) || fold(one.name).split(/\s+/).some((word) => word.startsWith(begun));
      const found = typed ? people.filter(fits).slice(0, MOST) : [];
      if (!found.length || (found.length === 1 && found[0].handle === begun)) return close();
      box.replaceChildren(...found.map((one, at) => {
        const item = document.createElement("li");
        Object.assign(item, { id: `${box.id}-${at}`, textContent: `@${one.handle} ${one.name}` });
        item.setAttribute("role", "option");
        item.dataset.handle = one.handle;
        return item;
      }));
      box.hidden = false;
      choose(0);
    };

    text.addEventListener("input", (event) => { if (event.isTrusted) offer(); });
    text.addEventListener("blur", close);
    text.addEventListener("keydown", (event) => {
      if (box.hidden || event.isComposing) return;
      const does = {
        ArrowDown: () => choose(chosen + 1),
        ArrowUp: () => choose(chosen - 1),
        Enter: take,
        Escape: close,
      }[event.key];
      if (!does || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      does();
    });
    // Before the text loses the focus, so that it keeps it.
    box.addEventListener("mousedown", (event) => {
      const item = event.target.closest("li");
      event.preventDefault();
      if (item) {
        choose([...box.children].indexOf(item));
        take();
      }
    });
  };

  const all = () => document.querySelectorAll("[data-mentions]").forEach(attach);
  all();
  document.addEventListener("htmx:after:swap", all);
})();
