"""The suite's configuration for a tenant, printed as JSON: where it is, its clients, and what a browser does on our pages.

The suite's browser goes through the tasks of the first entry whose `match` fits the address that it is sent to, once and in their
order. A task whose `match` doesn't fit the page is left out where it is optional. On a page where a module expects an error
nothing leads back, so these modules have entries of their own."""

import argparse
import json

PAGES = "/oauth2/v2.0/"
# Words of our pages; the suite looks for them before it keeps a page as the picture that a module wants.
UNREGISTERED = "wants its answer at an address"
ASKED_AGAIN = "Show again that it is you"


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


def shows(host: str, endpoint: str, words: str) -> dict:
    """Ends on a page of ours that has these words."""
    match = f"{host}/*{PAGES}{endpoint}*"
    return {"match": match, "tasks": [task("Error", match, picture(words), optional=False)]}


def configuration(host: str, tenant: str, suite: str, alias: str, person: tuple[str, str], clients: list[tuple[str, str]]) -> dict:
    named = [{"client_id": name, "client_secret": secret} for name, secret in clients]
    entry = sign_in(host, suite, *person)
    refused = {"browser": [shows(host, "authorize", UNREGISTERED)]}
    made = {
        "alias": alias,
        "description": "Tenantry",
        "server": {
            "discoveryUrl": f"{host}/{tenant}/v2.0/.well-known/openid-configuration",
            "login_hint": person[0],
        },
        "browser": [entry],
        "override": {
            "oidcc-ensure-registered-redirect-uri": refused,
            "oidcc-ensure-request-object-with-redirect-uri": refused,
        },
    }
    if named:
        made |= {"client": named[0], "client2": named[1], "client_secret_post": named[1]}
    return made


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    for name in ("host", "tenant", "suite", "alias", "user", "password"):
        arguments.add_argument(f"--{name}", required=True)
    arguments.add_argument("--client", action="append", default=[], metavar="ID:SECRET", help="two of them")
    given = arguments.parse_args()
    clients = [tuple(client.split(":", 1)) for client in given.client]
    person = (given.user, given.password)
    print(json.dumps(configuration(given.host, given.tenant, given.suite, given.alias, person, clients), indent=2))


if __name__ == "__main__":
    main()
