"""People sign in to the board with a real Keycloak, in a browser: its pages, its tokens, its ends of sessions."""
import json
import re
import signal
import subprocess
import unittest

import program
from board_browser import Browser
from foreign_keycloak import Keycloak
from parts import free_port

CLIENT, SECRET, PASSWORD = "throughline-board", "the client's secret", "a password of somebody"
ROLES = {"teacher": "employee_number", "rules": [
    {"when": [{"claim": ["realm_access", "roles"], "is": "improvement-office"}], "role": "district_leader", "district": "lakeside"},
    {"when": [{"claim": "groups", "is": "teachers"}], "role": "team_member", "district": "lakeside", "school": {"claim": "site"},
     "team": {"claim": "team"}}]}


def mapper(name, kind, **config):
    """What puts a claim into ID tokens."""
    return {"name": name, "protocol": "openid-connect", "protocolMapper": kind,
            "config": {"id.token.claim": "true", "claim.name": name, "jsonType.label": "String", **config}}


def user(name, first, last, **more):
    return {"username": name, "enabled": True, "firstName": first, "lastName": last, "email": f"{name}@lakeside.example",
            "emailVerified": True, "credentials": [{"type": "password", "value": PASSWORD}], **more}


def realm(board):
    attribute = "oidc-usermodel-attribute-mapper"
    return {
        "realm": "lakeside", "enabled": True, "sslRequired": "none",
        "roles": {"realm": [{"name": "improvement-office"}]}, "groups": [{"name": "teachers"}],
        "components": {"org.keycloak.userprofile.UserProfileProvider": [{"providerId": "declarative-user-profile", "config": {
            "kc.user.profile.config": [json.dumps({"unmanagedAttributePolicy": "ENABLED", "attributes": [
                {"name": name, "permissions": {"view": ["admin"], "edit": ["admin"]}} for name in ("username", "email", "firstName", "lastName")]})]}}]},
        "clients": [{
            "clientId": CLIENT, "secret": SECRET, "protocol": "openid-connect", "standardFlowEnabled": True,
            "redirectUris": [f"{board}/sign-in/callback"], "defaultClientScopes": ["basic", "profile", "email"],
            "attributes": {"post.logout.redirect.uris": f"{board}/", "backchannel.logout.url": f"{board}/sign-in/back-channel-logout",
                           "backchannel.logout.session.required": "true", "pkce.code.challenge.method": "S256"},
            "protocolMappers": [
                mapper("realm_access.roles", "oidc-usermodel-realm-role-mapper", multivalued="true"),
                mapper("groups", "oidc-group-membership-mapper", **{"full.path": "false"}),
                *(mapper(name, attribute, **{"user.attribute": name}) for name in ("employee_number", "site", "team"))]}],
        "users": [user("ana", "Ana", "Ruiz", realmRoles=["improvement-office"]),
                  user("ben", "Ben", "Okafor", groups=["teachers"],
                       attributes={"employee_number": ["1045"], "site": ["north"], "team": ["grade-3"]}),
                  user("guest", "A", "Guest")]}


class WithKeycloak(program.Case):
    def setUp(self):
        super().setUp()
        self.http = f"127.0.0.1:{free_port()}"
        self.keycloak = Keycloak(self.folder, realm(f"http://{self.http}"), self.addCleanup)
        (self.folder / "roles.json").write_text(json.dumps(ROLES))
        (self.folder / "secret").write_text(SECRET)
        self.server = None
        self.addCleanup(self.end)
        self.start()
        self.begin_lakeside()
        self.end()
        self.start("--sign-in-issuer", self.keycloak.url, "--sign-in-client", CLIENT, "--sign-in-roles", self.folder / "roles.json",
                   "--sign-in-secret-file", self.folder / "secret")
        self.browser = Browser(f"http://{self.http}")
        self.addCleanup(self.browser.end)
        self.browser.begin()

    def start(self, *options):
        self.server = subprocess.Popen([program.THROUGHLINE, "serve", "--data", self.data, "--listen", "127.0.0.1:0", "--http", self.http,
                                        *map(str, options)], stdout=subprocess.PIPE, text=True)
        self.grpc = re.search(r"at (127\S+),", self.server.stdout.readline()).group(1)

    def end(self):
        if self.server is None:
            return
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(60)
        self.server.stdout.close()
        self.server = None

    def sign_in(self, name):
        self.browser.click(role="link", name="Sign in with your district’s account")
        self.browser.fill(css="#username", value=name)
        self.browser.fill(css="#password", value=PASSWORD)
        self.browser.click(css="#kc-login")

    def test_people_sign_in_and_out_and_their_provider_ends_sessions(self):
        self.browser.open(at="#/lakeside/practices")
        self.sign_in("ana")
        self.browser.see(role="heading", name="Practices")
        self.browser.see(css="header", text="Ana Ruiz")
        self.browser.see(css="header", text="district leader")
        self.assertEqual(len(self.keycloak.sessions_of("ana")), 1)
        self.browser.click(role="button", name="Sign out")
        self.browser.see(role="heading", name="Sign in")
        self.assertEqual(self.keycloak.sessions_of("ana"), [])

        self.browser.open(at="#/lakeside/alerts")
        self.sign_in("ben")
        self.browser.see(css="header", text="Ben Okafor")
        self.browser.see(css=".live-bar.live")
        self.keycloak.end_sessions_of("ben")
        self.browser.see(role="heading", name="Your session is over")

    def test_somebody_without_a_role_is_told_so(self):
        self.browser.open(at="#/lakeside")
        self.sign_in("guest")
        self.browser.see(role="heading", name="You are not signed in")
        self.browser.click(role="link", name="Sign in as somebody else")
        self.browser.see(css="#kc-login")


if __name__ == "__main__":
    unittest.main()
