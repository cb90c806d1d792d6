// Files go up one by one while somebody still writes, each with its progress, and hang on the draft until it is sent.
// Without this file the same input sends them with the form.
(() => {
  const AT_ONCE = 2;
  const SAID = 5;

  const size = (bytes) => (bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

  const add = (parent, tag, facts = {}, text = "") => {
    const made = Object.assign(document.createElement(tag), facts);
    made.textContent = text;
    parent.append(made, " ");
    return made;
  };

  class Picker {
    constructor(box) {
      this.box = box;
      this.words = box.dataset;
      this.form = box.closest("form");
      this.input = box.querySelector("input[type=file]");
      this.list = box.querySelector(".attached");
      this.log = box.querySelector("[role=log]");
      this.waiting = [];
      this.running = 0;
      this.stuck = new Set();
      this.sendWith = null;
      for (const item of this.list.children) this.attached(item, item.dataset.file, item.querySelector(".name").textContent);
      this.input.addEventListener("change", () => this.take(this.input.files));
      this.form.addEventListener("submit", (event) => this.submitting(event));
      this.dropping();
    }

    // A log and not a status: what two files say in one moment is read out one after the other.
    say(text) {
      add(this.log, "p", {}, text);
      while (this.log.children.length > SAID) this.log.firstElementChild.remove();
    }

    take(files) {
      for (const file of [...files]) this.queue(file);
      this.input.value = "";
      this.next();
    }

    queue(file) {
      const item = document.createElement("li");
      this.list.append(item);
      const job = { file, item };
      this.waiting.push(job);
      this.row(job, this.words.uploading);
    }

    // Drawn when the file is queued, and left alone when its turn comes: a button that is drawn anew under a press misses it.
    row(job, state) {
      const { item, file } = job;
      item.replaceChildren();
      add(item, "bdi", { className: "name" }, file.name);
      add(item, "span", { className: "help" }, size(file.size));
      job.progress = add(item, "progress", { max: 100, value: 0 });
      job.progress.setAttribute("aria-label", `${state}: ${file.name}`);
      job.percent = add(item, "span", { className: "help percent" }, "0 %");
      this.button(item, this.words.cancel, file.name, () => this.cancel(job));
    }

    button(item, text, name, act) {
      const made = add(item, "button", { type: "button", className: "btn quiet small" }, text);
      add(made, "span", { className: "visually-hidden" }, ` ${name}`);
      made.addEventListener("click", act);
      return made;
    }

    next() {
      while (this.running < AT_ONCE && this.waiting.length) this.send(this.waiting.shift());
      if (!this.running && !this.waiting.length && this.sendWith !== null) this.sendNow();
    }

    send(job) {
      this.running += 1;
      const request = (job.request = new XMLHttpRequest());
      const body = new FormData();
      body.append("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken.value);
      body.append("files", job.file, job.file.name);
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        const done = Math.floor((100 * event.loaded) / event.total);
        job.progress.value = done;
        job.percent.textContent = `${done} %`;
      });
      const over = (finish) => () => {
        this.running -= 1;
        finish();
        this.next();
      };
      request.addEventListener("load", over(() => this.answered(job, request)));
      request.addEventListener("error", over(() => this.failed(job, this.words.broken)));
      request.addEventListener("abort", over(() => this.drop(job, this.words.cancelled)));
      request.open("POST", this.words.to);
      request.setRequestHeader("Accept", "application/json");
      request.send(body);
    }

    answered(job, request) {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // not from the portal itself, or a page
      }
      if (request.status === 201 && answer.files?.length) {
        const [file] = answer.files;
        job.item.replaceChildren();
        add(job.item, "bdi", { className: "name" }, file.name);
        add(job.item, "span", { className: "help" }, size(file.size));
        this.attached(job.item, file.uuid, file.name);
        this.say(`${this.words.attached}: ${file.name}`);
      } else if (request.status === 401 || request.status === 403) {
        this.failed(job, this.words.signedOut);
      } else {
        this.failed(job, answer.detail || this.words.refused, request.status !== 413);
      }
    }

    attached(item, uuid, name) {
      item.querySelector("label")?.remove();
      item.dataset.file = uuid;
      let busy = false; // not disabled: a disabled button loses the focus, and its place in the page with it
      this.button(item, this.words.takeOut, name, async () => {
        if (busy) return;
        busy = true;
        const body = new URLSearchParams({ csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value });
        const address = this.words.remove.replace("00000000-0000-0000-0000-000000000000", uuid);
        const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
        if (answer && (answer.ok || answer.status === 404)) {
          this.gone(item, `${this.words.removed}: ${name}`);
        } else {
          busy = false;
          this.say(this.words.broken);
        }
      });
    }

    failed(job, why, again = true) {
      this.stuck.add(job);
      this.sendWith = null;
      const { item, file } = job;
      item.replaceChildren();
      add(item, "bdi", { className: "name" }, file.name);
      add(item, "span", { className: "trouble" }, why);
      if (again) {
        const retry = this.button(item, this.words.again, file.name, () => {
          this.stuck.delete(job);
          this.waiting.push(job);
          this.row(job, this.words.uploading);
          item.querySelector("button").focus();
          this.next();
        });
        retry.classList.add("again");
      }
      this.button(item, this.words.takeOut, file.name, () => this.drop(job, this.words.removed));
      this.say(`${file.name}: ${why}`);
    }

    cancel(job) {
      const place = this.waiting.indexOf(job);
      if (place >= 0) {
        this.waiting.splice(place, 1);
        this.drop(job, this.words.cancelled);
      } else {
        job.request.abort();
      }
    }

    drop(job, word) {
      this.stuck.delete(job);
      this.gone(job.item, `${word}: ${job.file.name}`);
    }

    gone(item, words) {
      const focused = item.contains(document.activeElement);
      item.remove();
      if (focused) this.input.focus();
      this.say(words);
    }

    submitting(event) {
      if (this.running || this.waiting.length) {
        event.preventDefault();
        event.stopImmediatePropagation();
        this.sendWith = event.submitter;
        this.say(this.words.waiting);
        this.note(this.words.waiting);
      } else if (this.stuck.size) {
        event.preventDefault();
        event.stopImmediatePropagation();
        this.say(this.words.stuck);
        this.note(this.words.stuck);
        [...this.stuck][0].item.querySelector("button")?.focus();
      }
    }

    sendNow() {
      const by = this.sendWith;
      this.sendWith = null;
      if (!this.stuck.size) this.form.requestSubmit(by);
    }

    note(text) {
      this.told ??= add(this.box, "p", { className: "help told" });
      this.told.textContent = text;
    }

    dropping() {
      add(this.box.querySelector(".pick"), "span", { className: "help" }, this.words.drop);
      const files = (event) => event.dataTransfer?.types.includes("Files");
      for (const name of ["dragenter", "dragover"]) {
        this.box.addEventListener(name, (event) => {
          if (!files(event)) return;
          event.preventDefault();
          this.box.classList.add("over");
        });
      }
      this.box.addEventListener("dragleave", () => this.box.classList.remove("over"));
      this.box.addEventListener("drop", (event) => {
        if (!files(event)) return;
        event.preventDefault();
        this.box.classList.remove("over");
        this.take(event.dataTransfer.files);
      });
    }
  }

  for (const box of document.querySelectorAll(".picker")) new Picker(box);
})();
