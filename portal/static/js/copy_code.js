// A button on each code block that copies it as it is. The words come from the script's own element, in the reader's language.
(() => {
  const { copy, copied, failed } = document.currentScript.dataset;
  if (!navigator.clipboard) return;
  const said = document.createElement("p");
  said.className = "visually-hidden";
  said.setAttribute("aria-live", "polite");
  document.body.append(said);

  const offer = (root) => {
    for (const code of root.querySelectorAll(".prose pre")) {
      if (code.parentElement.classList.contains("copied-from")) continue;
      const box = document.createElement("div");
      const button = document.createElement("button");
      box.className = "copied-from";
      Object.assign(button, { type: "button", className: "btn quiet copy", textContent: copy });
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(code.textContent.replace(/\n$/, ""));
          said.textContent = button.textContent = copied;
        } catch {
          said.textContent = button.textContent = failed;
        }
        setTimeout(() => { button.textContent = copy; said.textContent = ""; }, 2500);
      });
      code.replaceWith(box);
      box.append(code, button);
    }
  };

  offer(document);
  document.addEventListener("htmx:after:process", (event) => offer(event.target));
})();
