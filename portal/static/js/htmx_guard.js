// htmx acts only on elements that carry this page's nonce as hx-nonce. Markup that somebody managed to
// slip in cannot know the nonce, so its hx-* attributes stay inert. The file stands before htmx, because
// htmx may start before a later file has arrived; it also makes the only Trusted Types policy, "htmx".
(() => {
  const nonce = document.currentScript.nonce;

  document.addEventListener("htmx:before:init", (event) => {
    if (!nonce || event.target.getAttribute("hx-nonce") !== nonce) {
      event.preventDefault();
      console.warn("htmx: no nonce on", event.target);
    }
  });
  document.addEventListener("htmx:before:on:init", (event) => event.preventDefault());

  const refuse = function () {
    throw new Error("htmx: scripts in attributes are not allowed here");
  };

  // A fragment is rendered under its own response's nonce: hand it over to the page that takes it in.
  const adopt = (_element, { ctx }) => {
    const policy = ctx.response.headers.get("Content-Security-Policy") || "";
    const theirs = policy.match(/'nonce-([^']+)'/)?.[1];
    if (theirs && ctx.text) {
      ctx.text = ctx.text.replaceAll(`hx-nonce="${theirs}"`, `hx-nonce="${nonce}"`);
    }
  };

  const guard = {
    init: (api) => {
      const policy = window.trustedTypes?.createPolicy("htmx", {
        createHTML: (text) => text,
        createScript: () => "",
      });
      api.initSecurity(policy, refuse, refuse);
    },
    htmx_after_request: adopt,
  };

  // Not when all scripts are there: htmx begins before, and what an element asks at once may be answered before a late file came.
  Object.defineProperty(window, "htmx", {
    configurable: true,
    set: (htmx) => {
      Object.defineProperty(window, "htmx", { configurable: true, writable: true, value: htmx });
      htmx.registerExtension("parley-guard", guard);
    },
  });
})();
