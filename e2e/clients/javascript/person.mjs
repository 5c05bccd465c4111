// A person in front of a browser without script: follows redirects, fills the forms of the sign-in, and agrees.

const decoded = (text) => text.replaceAll("&amp;", "&").replaceAll("&#38;", "&").replaceAll("&quot;", '"').replaceAll("&#34;", '"');
const attribute = (tag, name) => {
  const found = tag.match(new RegExp(`\\s${name}="([^"]*)"`));
  return found && decoded(found[1]);
};

function formWith(page, id) {
  for (const [form, head] of page.matchAll(/<form([^>]*)>[\s\S]*?<\/form>/g)) {
    const ids = [...form.matchAll(/\sid="([^"]*)"/g)].map(([, name]) => name);
    if (!ids.includes(id)) continue;
    const fields = {};
    for (const [tag] of form.matchAll(/<input[^>]*>/g)) {
      const name = attribute(tag, "name");
      if (name && attribute(tag, "type") !== "checkbox") fields[name] = attribute(tag, "value") ?? "";
    }
    return { action: attribute(head, "action"), ids, fields };
  }
  return undefined;
}

export class Person {
  constructor(userName, password) {
    this.userName = userName;
    this.password = password;
    this.cookies = new Map();
  }

  async ask(address, form) {
    const headers = { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
    const body = form && new URLSearchParams(form);
    const answer = await fetch(address, { method: form ? "POST" : "GET", headers, body, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = line.split(";");
      const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
      if (attributes.some((part) => part.trim().toLowerCase() === "max-age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return answer;
  }

  /** Types a device's code on the page of that address, agrees, and gives the last page. */
  async letsIn(address, code) {
    let form;
    for (let step = 0; step < 20; step += 1) {
      const answer = await this.ask(address, form);
      form = undefined;
      if ([302, 303, 307].includes(answer.status)) {
        address = new URL(answer.headers.get("location"), address).href;
        continue;
      }
      const page = await answer.text();
      if (answer.status >= 400) throw new Error(`${address} answers ${answer.status}: ${page.slice(0, 2000)}`);
      const found = formWith(page, "accept") ?? formWith(page, "submit");
      if (!found) return page;
      form = { ...found.fields };
      if (found.ids.includes("accept")) form.answer = "accept";
      else if (found.ids.includes("device_code")) form.device_code = code;
      else if (found.ids.includes("password")) form.password = this.password;
      else if (found.ids.includes("username")) form.username = this.userName;
      address = new URL(found.action ?? address, address).href;
    }
    throw new Error("the way of the device doesn't end");
  }

  /** Goes on from an address until a redirect leads to the callback, and gives that. */
  async broughtTo(address, callback) {
    let form;
    for (let step = 0; step < 20; step += 1) {
      if (address.startsWith(callback)) return new URL(address);
      const answer = await this.ask(address, form);
      form = undefined;
      if ([302, 303, 307].includes(answer.status)) {
        address = new URL(answer.headers.get("location"), address).href;
        continue;
      }
      const page = await answer.text();
      const found = formWith(page, "accept") ?? formWith(page, "submit");
      if (answer.status >= 400 || !found) throw new Error(`${address} answers ${answer.status}: ${page.slice(0, 2000)}`);
      form = { ...found.fields };
      if (found.ids.includes("accept")) form.answer = "accept";
      if (found.ids.includes("password")) form.password = this.password;
      else if (found.ids.includes("username")) form.username = this.userName;
      address = new URL(found.action ?? address, address).href;
    }
    throw new Error("the way to the application doesn't end");
  }
}
