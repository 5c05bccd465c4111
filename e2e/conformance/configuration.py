"""The suite's configuration for a tenant, printed as JSON: where it is, its clients, and what a browser does on our pages.

The suite's browser goes through the tasks of the first entry whose `match` fits the address that it is sent to, once and in their
order. A task whose `match` doesn't fit the page is left out where it is optional. On a page where a module expects an error
nothing leads back, so these modules have entries of their own."""

import argparse
import json

PAGES = "/oauth2/v2.0/"
# Words of our pages; the suite looks for them before it keeps a page as the picture that a module wants.
ASKED_AGAIN = "Show again that it is you"
UNREGISTERED = "wants its answer at an address"
NO_ADDRESS = "says no address for its answer"
SIGN_IN = "With your work account"
SIGN_OUT = "Sign out\\?"
SIGNED_OUT = "You are signed out"
NO_WAY_BACK = "wants to send you to an address"
BAD_HINT = "shows a sign-in that this organisation"


def click(name: str, *more: str) -> list:
    return ["click", "id", name, *more]


def picture(words: str, kind: str = "update-image-placeholder") -> list:
    return ["wait", "xpath", "//*", 10, words, kind]


def task(name: str, match: str, *commands: list, optional: bool = True) -> dict:
    return {"task": name, "optional": optional, "match": match, "commands": list(commands)}


def sign_in(host: str, suite: str, user: str, password: str) -> dict:
    """Signs in where that is asked for, agrees, and waits until the suite's own page has told what came back."""
    kept = "update-image-placeholder-optional"
    return {
        "match": f"{host}/*{PAGES}authorize*",
        "tasks": [
            task("Name", f"{host}/sign-in?*", ["text", "id", "username", user], click("submit")),
            task("Password", f"{host}/sign-in/password*", ["text", "id", "password", password], click("submit")),
            task(
                "Password again",
                f"{host}/account/confirm*",
                picture(ASKED_AGAIN, kept),
                ["text", "id", "password", password],
                click("submit"),
            ),
            task("Consent", f"{host}/*{PAGES}*", click("accept", "optional")),
            # The page that posts the answer does so by itself where its script runs.
            task("Answer", f"{host}/*{PAGES}*", click("submit", "optional")),
            task("Back", f"{suite}/test/*", ["wait", "id", "submission_complete", 10], optional=False),
        ],
    }


def sign_out(host: str, *end: dict) -> dict:
    """Agrees to being signed out, and goes on from the page that tells other applications of it."""
    ask = task("Sign out", f"{host}/*{PAGES}logout*", click("submit"))
    return {"match": f"{host}/*{PAGES}logout*", "tasks": [ask, *end]}


def shows(match: str, words: str, where: str = "") -> dict:
    """Ends on a page of ours that has these words."""
    return {"match": match, "tasks": [task("Page", where or match, picture(words), optional=False)]}


def overrides(host: str, entry: dict) -> dict:
    """What a browser does otherwise where a module expects that nothing leads back."""
    authorize, logout = f"{host}/*{PAGES}authorize*", f"{host}/*{PAGES}logout*"
    signed_out = sign_out(host, task("Signed out", f"{host}/*", picture(SIGNED_OUT), optional=False))
    asked = {
        "ensure-registered-redirect-uri": UNREGISTERED,
        "ensure-request-object-with-redirect-uri": UNREGISTERED,
        "redirect-uri-query-mismatch": UNREGISTERED,
        "redirect-uri-query-added": UNREGISTERED,
        "ensure-redirect-uri-in-authorization-request": NO_ADDRESS,
    }
    left = {
        "bad-post-logout-redirect-uri": shows(logout, NO_WAY_BACK),
        "query-added-to-post-logout-redirect-uri": shows(logout, NO_WAY_BACK),
        "modified-id-token-hint": shows(logout, BAD_HINT),
        "bad-id-token-hint": shows(logout, BAD_HINT),
        "no-id-token-hint": shows(logout, SIGN_OUT),
        "no-params": signed_out,
        "no-post-logout-redirect-uri": signed_out,
        "only-state": signed_out,
    }
    registered = ("logo", "policy", "tos")
    return (
        {f"oidcc-{name}": {"browser": [shows(authorize, words)]} for name, words in asked.items()}
        | {f"oidcc-registration-{name}-uri": {"browser": [shows(authorize, SIGN_IN, f"{host}/sign-in?*")]} for name in registered}
        | {f"oidcc-rp-initiated-logout-{name}": {"browser": [entry, end]} for name, end in left.items()}
    )


def configuration(host: str, tenant: str, suite: str, alias: str, person: tuple[str, str], clients: list[tuple[str, str]]) -> dict:
    named = [{"client_id": name, "client_secret": secret} for name, secret in clients]
    entry = sign_in(host, suite, *person)
    back = task("Back", f"{suite}/test/*", optional=False)
    # The page goes on by itself after a while, or by a click.
    ended = sign_out(host, task("Go back", f"{host}/*{PAGES}sign-out", click("submit", "optional")), back)
    made = {
        "alias": alias,
        "description": "Tenantry",
        "server": {
            "discoveryUrl": f"{host}/{tenant}/v2.0/.well-known/openid-configuration",
            "login_hint": person[0],
        },
        "browser": [entry, ended],
        "override": overrides(host, entry),
    }
    if named:
        return made | {"client": named[0], "client2": named[-1], "client_secret_post": named[-1]}
    # Clients that register themselves.
    return made | {"client": {"client_name": "First"}, "client2": {"client_name": "Second"}}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("host", "tenant", "suite", "alias", "user", "password"):
        arguments.add_argument(f"--{name}", required=True)
    arguments.add_argument("--client", action="append", default=[], metavar="ID:SECRET", help="two of them, or none that was registered before")
    given = arguments.parse_args()
    clients = [tuple(client.split(":", 1)) for client in given.client]
    person = (given.user, given.password)
    print(json.dumps(configuration(given.host, given.tenant, given.suite, given.alias, person, clients), indent=2))


if __name__ == "__main__":
    main()
