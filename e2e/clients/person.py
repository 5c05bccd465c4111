"""A person in front of a browser without script: follows redirects, fills the forms of the sign-in, and agrees."""

import html.parser
import http.cookiejar
import ssl
import urllib.error
import urllib.parse
import urllib.request


class Forms(html.parser.HTMLParser):
    """The forms of a page with the fields that they send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        named = dict(attributes)
        if tag == "form":
            self.forms.append({"action": named.get("action"), "method": named.get("method", "get"), "fields": {}, "ids": set()})
        elif self.forms:
            form = self.forms[-1]
            if "id" in named:
                form["ids"].add(named["id"])
            if tag == "input" and named.get("name") and named.get("type") != "checkbox":
                form["fields"][named["name"]] = named.get("value", "")

    def with_id(self, name: str) -> dict | None:
        return next((form for form in self.forms if name in form["ids"]), None)


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_) -> None:
        return None


class Person:
    """Signs in with a user name and a password wherever a page asks for them."""

    def __init__(self, trust: ssl.SSLContext, user_name: str, password: str) -> None:
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar, urllib.request.HTTPSHandler(context=trust), Stay)
        self.user_name, self.password = user_name, password
        self.seen: list[str] = []

    def ask(self, address: str, form: dict | None = None):
        body = urllib.parse.urlencode(form).encode() if form is not None else None
        try:
            return self.opener.open(urllib.request.Request(address, body), timeout=30)
        except urllib.error.HTTPError as answer:
            return answer

    def lets_in(self, address: str, code: str) -> str:
        """Types a device's code on the page of that address, agrees, and gives the last page."""
        form = None
        for _ in range(20):
            answer = self.ask(address, form)
            form = None
            if answer.status in (302, 303, 307):
                address = urllib.parse.urljoin(address, answer.headers["location"])
                continue
            page = answer.read().decode()
            found = Forms(page)
            next_form = found.with_id("accept") or found.with_id("submit")
            if answer.status >= 400:
                raise AssertionError(f"{address} answers {answer.status}: {page[:2000]}")
            if next_form is None:
                return page
            form = dict(next_form["fields"])
            ids = next_form["ids"]
            if "accept" in ids:
                form["answer"] = "accept"
            elif "device_code" in ids:
                form["device_code"] = code
            elif "password" in ids:
                form["password"] = self.password
            elif "username" in ids:
                form["username"] = self.user_name
            address = urllib.parse.urljoin(address, next_form["action"] or address)
        raise AssertionError("the way of the device doesn't end")

    def brought_to(self, address: str, callback: str) -> str | dict:
        """Goes on from an address until the answer is for the callback: its address, or the fields of a form that is posted there."""
        form = None
        for _ in range(20):
            if address.startswith(callback):
                return address if form is None else form
            answer = self.ask(address, form)
            form = None
            if answer.status in (302, 303, 307):
                address = urllib.parse.urljoin(address, answer.headers["location"])
                continue
            page = answer.read().decode()
            found = Forms(page)
            self.seen.append(page)
            next_form = found.with_id("accept") or found.with_id("submit")
            if answer.status >= 400 or next_form is None:
                raise AssertionError(f"{address} answers {answer.status}: {page[:2000]}")
            form = dict(next_form["fields"])
            ids = next_form["ids"]
            if "accept" in ids:
                form["answer"] = "accept"
            if "password" in ids:
                form["password"] = self.password
            elif "username" in ids:
                form["username"] = self.user_name
            address = urllib.parse.urljoin(address, next_form["action"] or address)
        raise AssertionError("the way to the application doesn't end")
