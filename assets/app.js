// What a script betters. Every page works without it.
(() => {
  // The person's own variety of the page's language: en-GB writes dates in another order than en-US.
  const page = document.documentElement.lang;
  const language = navigator.languages.find((one) => one.split("-")[0] === page.split("-")[0]) ?? page;

  const start = (root) => {
    root.querySelectorAll("[data-copy], [data-reveal], [data-print], [data-tick-all]").forEach((button) => { button.hidden = false; });
    root.querySelectorAll("time[data-local]").forEach(local);
    root.querySelectorAll("[data-asked]").forEach((asked) => { asked.askedAt = Date.now(); });
  };

  const local = (time) => {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    const write = (form) => new Intl.DateTimeFormat(language, form).format(moment);
    const form = { day: "numeric", month: "short" };
    if (moment.getFullYear() !== new Date().getFullYear()) form.year = "numeric";
    if (time.dataset.local === "time") Object.assign(form, { hour: "2-digit", minute: "2-digit" });
    time.title = `${write({ dateStyle: "full", timeStyle: "long" })} (${time.textContent.trim()})`;
    time.textContent = write(form);
    time.removeAttribute("data-local");
  };

  const copy = async (button) => {
    try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
    const label = button.textContent;
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 2000);
  };

  const reveal = (button) => {
    const input = document.getElementById(button.dataset.reveal);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  };

  const use = (button, event) => {
    const input = document.getElementById(button.dataset.use);
    if (!input) return;
    event.preventDefault();
    input.value = button.value;
    input.closest(".field")?.classList.remove("refused");
    input.removeAttribute("aria-invalid");
    button.closest(".verdict")?.replaceChildren();
    input.focus();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.copy !== undefined) copy(button);
    else if (button?.dataset.reveal) reveal(button);
    else if (button?.dataset.print !== undefined) window.print();
    else if (button?.dataset.use) use(button, event);
    document.querySelectorAll("details[data-closes][open]").forEach((menu) => {
      if (!menu.contains(event.target) || button?.dataset.close !== undefined) menu.open = false;
    });
  });

  // A photo that is larger than the service takes is made smaller here: there, no picture of strangers is ever decoded.
  const SIDES = [1024, 768, 512, 256];
  const drawn = (picture, side) => {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.85); });
  };
  const smaller = async (input) => {
    const [largest, side] = input.dataset.smaller.split(" ").map(Number);
    const [file] = input.files;
    const picture = await createImageBitmap(file);
    if (file.size <= largest && Math.max(picture.width, picture.height) <= side) return;
    for (const most of SIDES) {
      const made = await drawn(picture, most);
      if (!made || made.size > largest) continue;
      const files = new DataTransfer();
      files.items.add(new File([made], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }));
      if (input.files[0] === file) input.files = files.files;
      return;
    }
  };
  document.addEventListener("change", async ({ target }) => {
    if (!target.dataset.smaller || target.files.length === 0) return;
    const buttons = target.form.querySelectorAll("button");
    buttons.forEach((button) => { button.disabled = true; });
    // What can't be read here is sent as it is, and the answer says why it isn't taken.
    await smaller(target).catch(() => {});
    buttons.forEach((button) => { button.disabled = false; });
  });

  // The box above ticks every row, and says whether every row is ticked.
  document.addEventListener("change", (event) => {
    const box = event.target;
    const table = box.type === "checkbox" && box.closest("table");
    const all = table && table.querySelector("[data-tick-all]");
    if (!all) return;
    const rows = [...table.querySelectorAll("tbody input[type=checkbox]")];
    if (box === all) rows.forEach((row) => { row.checked = all.checked; });
    const ticked = rows.filter((row) => row.checked).length;
    all.checked = ticked === rows.length;
    all.indeterminate = ticked > 0 && !all.checked;
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-closes][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  // A second click sends nothing twice; the button's own name and value still go with the first.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    // The page stays where a file comes.
    if (form.method !== "post" || event.defaultPrevented || "download" in form.dataset) return;
    setTimeout(() => {
      form.setAttribute("aria-busy", "true");
      form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    });
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[aria-busy]").forEach((form) => {
      form.removeAttribute("aria-busy");
      form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    });
  });

  setInterval(() => document.querySelectorAll("[data-asked]").forEach((asked) => {
    const seconds = Math.round((Date.now() - asked.askedAt) / 1000);
    if (seconds > 1) asked.textContent = asked.dataset.asked.replace("#", seconds);
  }), 1000);

  // What is under a pressed pointer stays where it is: an answer that came in between would move the button away from
  // the click. It is asked for again once the click is done.
  let pressed = false;
  const late = new Set();
  document.addEventListener("pointerdown", () => { pressed = true; }, true);
  ["pointerup", "pointercancel"].forEach((end) => document.addEventListener(end, () => setTimeout(() => {
    pressed = false;
    late.forEach((field) => { if (field.isConnected && !field.closest("form[aria-busy]")) field.dispatchEvent(new Event("change", { bubbles: true })); });
    late.clear();
  }), true));

  // New fields take over what was typed into their predecessors while the answer was on its way.
  const typed = new WeakMap();
  const inputs = (root) => [...root.querySelectorAll("input[name]:not([type=hidden]), textarea[name]")];
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    typed.set(detail.elt, new Map(inputs(detail.target).map((input) => [input.name, input.value])));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { elt, target } = event.detail;
    if (pressed) {
      event.detail.shouldSwap = false;
      late.add(elt);
      return;
    }
    const asked = typed.get(elt);
    const newer = inputs(target).filter((input) => asked?.has(input.name) && asked.get(input.name) !== input.value);
    if (newer.length === 0) return;
    document.addEventListener("htmx:afterSwap", () => newer.forEach((old) => {
      const now = document.getElementById(old.id);
      if (now && now !== old) now.value = old.value;
    }), { once: true });
  });

  document.querySelector("form[data-send-now]")?.requestSubmit();

  document.addEventListener("htmx:afterSwap", (event) => start(event.target));
  start(document);
  document.getElementById("summary")?.focus();
})();
