// Code that is wider than the page scrolls inside its own box; this lets the keyboard reach it.
(() => {
  const reach = (root) => {
    for (const box of root.querySelectorAll(".prose pre, .prose table")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    }
  };

  reach(document);
  addEventListener("resize", () => reach(document));
  document.addEventListener("htmx:after:process", (event) => reach(event.target));
})();
