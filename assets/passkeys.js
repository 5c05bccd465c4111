// Asks the device for a passkey and puts what it answers into the form. The browser's own dialogue does the rest.
(() => {
  if (!window.PublicKeyCredential) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer ?? []))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const described = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const get = async (asked) => {
    const publicKey = { ...asked, challenge: bytes(asked.challenge), allowCredentials: described(asked.allowCredentials) };
    const { rawId, response } = await navigator.credentials.get({ publicKey });
    return {
      credential: text(rawId),
      client_data: text(response.clientDataJSON),
      authenticator_data: text(response.authenticatorData),
      signature: text(response.signature),
      user_handle: text(response.userHandle),
    };
  };

  const create = async (asked) => {
    const publicKey = {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: described(asked.excludeCredentials),
    };
    const { response } = await navigator.credentials.create({ publicKey });
    return {
      client_data: text(response.clientDataJSON),
      attestation: text(response.attestationObject),
      transports: (response.getTransports?.() ?? []).join(" "),
    };
  };

  const send = async (form) => {
    const failed = form.querySelector("[data-failed]");
    const button = form.querySelector("button:not(.first-submit)");
    failed.hidden = true;
    button.disabled = true;
    try {
      const answer = await fetch(form.dataset.begin, { method: "POST" });
      // Too late, or too old a sign-in: the page that it leads to says what to do.
      if (answer.redirected) return location.assign(answer.url);
      if (!answer.ok) return location.reload();
      const given = await (form.dataset.passkey === "create" ? create : get)(await answer.json());
      for (const [name, value] of Object.entries(given)) form.elements[name].value = value;
      // A button may go by the name of this.
      HTMLFormElement.prototype.submit.call(form);
    } catch {
      failed.hidden = false;
      button.disabled = false;
    }
  };

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send(form);
    });
  });
})();
