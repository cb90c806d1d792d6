// Passkeys. A form[data-passkey="create" or "get"] names in data-options where its options are asked for; the button in it starts
// the browser's dialogue, and what comes of that goes into the hidden field data-answer, with which the form is sent as any other.
// Without passkeys in this browser, or without scripts, what stands in [data-passkey-ready] stays hidden and [data-passkey-missing] is seen.
(() => {
  const able = window.PublicKeyCredential?.parseCreationOptionsFromJSON && PublicKeyCredential.parseRequestOptionsFromJSON;
  if (!able || !navigator.credentials) return;

  const options = async (form) => {
    const answer = await fetch(form.dataset.options, {
      method: "POST",
      headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value, Accept: "application/json" },
    });
    const said = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(said.detail), { forPeople: said.detail });
    return said;
  };

  const ask = async (form) => {
    const given = await options(form);
    return form.dataset.passkey === "create"
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(given) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(given) });
  };

  const start = async (form, button) => {
    const said = form.querySelector("[data-passkey-said]");
    button.disabled = true;
    said.hidden = true;
    try {
      const credential = await ask(form);
      const field = form.querySelector("[data-answer]");
      field.disabled = false;
      field.value = JSON.stringify(credential.toJSON());
      form.noValidate = true;
      form.requestSubmit();
    } catch (failure) {
      const again = failure.name === "InvalidStateError" ? form.dataset.known : form.dataset.failed;
      said.textContent = failure.forPeople || again || form.dataset.failed;
      said.hidden = false;
      button.disabled = false;
      button.focus();
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    for (const shown of form.querySelectorAll("[data-passkey-ready]")) shown.hidden = false;
    for (const missing of document.querySelectorAll("[data-passkey-missing]")) missing.hidden = true;
    const button = form.querySelector("[data-passkey-start]");
    button.addEventListener("click", () => start(form, button));
  }
})();
