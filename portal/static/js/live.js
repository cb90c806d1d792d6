// Keeps an open conversation up to date (templates/intake/_live.html): asks every few seconds while somebody can see the
// page, puts what is new in its place without moving what is being read or written, and tells what has been seen.
(() => {
  const live = document.querySelector("[data-live]");
  if (!live) return;
  const asks = live.querySelector("[data-asks]");
  const tells = live.querySelector("[data-tells]");
  const incoming = live.querySelector("#incoming");
  const link = live.querySelector("[data-link]");
  const said = live.querySelector("[data-said]");
  const OFTEN = 4000;
  const SELDOM = 60000;
  let wait = OFTEN;
  let timer = 0;
  let over = false;
  let signedOut = false;
  let missed = 0;

  const ask = () => {
    clearTimeout(timer);
    if (!over && !document.hidden) asks.dispatchEvent(new CustomEvent("ask"));
  };
  const askLater = () => {
    clearTimeout(timer);
    if (!over && !document.hidden) timer = setTimeout(ask, wait);
  };
  const trouble = (which) => {
    for (const line of live.querySelectorAll("[data-trouble]")) line.hidden = line.dataset.trouble !== which;
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else {
      if (signedOut) over = false; // back from signing in elsewhere, perhaps
      ask();
    }
  });

  asks.addEventListener("htmx:before:response", (event) => {
    const { status } = event.detail.ctx.response;
    if (status < 300) {
      wait = OFTEN;
      missed = 0;
      trouble("");
      return;
    }
    // Stopping here keeps the page, and what is written on it, when the answer would lead elsewhere.
    event.preventDefault();
    if (status >= 400 && status < 500 && status !== 429) {
      over = true;
      signedOut = status === 401;
      trouble(status === 401 ? "signed-out" : "closed");
    } else {
      slower();
    }
  });
  asks.addEventListener("htmx:error", () => slower());
  asks.addEventListener("htmx:finally:request", askLater);
  tells.addEventListener("htmx:before:response", (event) => {
    if (event.detail.ctx.response.status !== 204) event.preventDefault();
  });

  function slower() {
    wait = Math.min(wait * 2, SELDOM);
    missed += 1;
    if (missed > 1) trouble("interrupted");
  }

  // What arrived and has not been on the screen yet, in order; and the link that leads there.
  const unseen = new Set();
  let order = 0;
  let told = 0;

  const watch = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting || document.hidden) continue;
      watch.unobserve(target);
      unseen.delete(target.id);
      tell(target);
    }
    showLink();
  }, { rootMargin: "0px 0px -32px 0px" });

  function tell(article) {
    if (article.matches(".note") || Number(article.dataset.order) <= told) return;
    told = Number(article.dataset.order);
    tells.elements.until.value = article.id.slice(2);
    tells.dispatchEvent(new CustomEvent("tell"));
  }

  function words(count) {
    const { one, many } = link.querySelector("a").dataset;
    return count === 1 ? one : many.replace("{count}", count);
  }

  function showLink() {
    const [first] = unseen;
    link.hidden = !first;
    if (!first) return;
    const anchor = link.querySelector("a");
    const article = document.getElementById(first);
    anchor.textContent = words(unseen.size);
    anchor.href = article ? `#${first}` : elsewhere;
  }
  let elsewhere = "#";

  asks.addEventListener("htmx:after:swap", () => {
    if (!incoming.firstElementChild) return;
    const kept = keepPlace();
    let count = 0;
    for (const part of [...incoming.querySelectorAll("[data-in]")]) {
      const isNews = put(part);
      count += isNews && "news" in part.dataset;
    }
    for (const part of [...incoming.querySelectorAll("[data-seen]")]) showWhoHasRead(part);
    for (const rest of [...incoming.children]) live.before(rest);
    kept();
    if (count) said.textContent = words(count);
    showLink();
  });

  // Puts one message or note in its place. Returns whether it is new to the page.
  function put(part) {
    const article = part.querySelector("article");
    const thread = document.getElementById(part.dataset.in);
    part.remove();
    const old = document.getElementById(article.id);
    if (old) {
      replace(old, article);
      return false;
    }
    if (!thread || "changed" in part.dataset) return false; // it stands on another page of the conversation
    order += 1;
    article.dataset.order = order;
    const isNews = "news" in part.dataset;
    if (isNews) unseen.add(article.id);
    if (thread.dataset.newest) {
      elsewhere = thread.dataset.newest; // the page shows an earlier part: what is new has its place on another
      return true;
    }
    const answered = part.dataset.answers && document.getElementById(part.dataset.answers);
    if (answered && thread.contains(answered)) {
      article.classList.add("reply");
      for (const way of article.querySelectorAll(`a[href$="#${answered.id}"]`)) way.setAttribute("href", `#${answered.id}`);
      endOfTalk(answered).after(article);
    } else {
      thread.querySelector(":scope > .help")?.remove(); // "nothing here yet"
      thread.append(article);
    }
    if (isNews) watch.observe(article);
    return true;
  }

  function endOfTalk(element) {
    let end = element;
    while (end.nextElementSibling?.matches(".reply, .seen")) end = end.nextElementSibling;
    return end;
  }

  function replace(old, article) {
    const focused = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
    article.classList.toggle("reply", old.classList.contains("reply"));
    if (old.dataset.order) article.dataset.order = old.dataset.order;
    old.replaceWith(article);
    if (unseen.has(article.id)) watch.observe(article);
    if (focused) article.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }

  function showWhoHasRead(part) {
    part.remove();
    for (const line of document.querySelectorAll("[data-thread] .seen")) line.remove();
    for (const line of [...part.children]) {
      const article = document.getElementById(line.dataset.under);
      if (!article) continue;
      line.classList.toggle("reply", article.classList.contains("reply"));
      article.after(line);
    }
  }

  // Whoever writes goes on writing at the same height of the screen, whatever appears above.
  function keepPlace() {
    const writing = document.activeElement?.closest("form.composer");
    if (!writing) return () => {};
    const before = writing.getBoundingClientRect().bottom;
    return () => scrollBy({ top: writing.getBoundingClientRect().bottom - before, behavior: "instant" });
  }

  askLater();
})();
