// What a script betters. Every page works without it.
(() => {
  const start = (root) => {
    root.querySelectorAll("[data-copy], [data-reveal], [data-print]").forEach((button) => { button.hidden = false; });
    root.querySelectorAll("time[data-local]").forEach(local);
  };

  const local = (time) => {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) return;
    const language = document.documentElement.lang;
    const day = { day: "numeric", month: "short" };
    if (moment.getFullYear() !== new Date().getFullYear()) day.year = "numeric";
    time.title = `${new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" }).format(moment)} (${time.textContent.trim()})`;
    time.textContent = new Intl.DateTimeFormat(language, { ...day, hour: "2-digit", minute: "2-digit" }).format(moment);
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

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details[data-closes][open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  document.addEventListener("htmx:afterSwap", (event) => start(event.target));
  start(document);
  document.getElementById("summary")?.focus();
})();
