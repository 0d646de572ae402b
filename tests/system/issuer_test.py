"""Tokens of an issuer that is not ours, npm's oauth2-mock-server, at both servers of the real program."""
import base64
import json
import unittest
import urllib.error
import urllib.request

import program
from foreign_issuer import Issuer
from parts import free_port, wait_until

import grpc

AUDIENCE = "https://throughline.lakeside.example"
CLAIMS = {"aud": AUDIENCE, "sub": "office", "district": "lakeside", "role": "district_administrator"}
GET_DISTRICT = "/throughline.plans.v1.PlansService/GetDistrict"
LAKESIDE = b"\x0a\x08lakeside"  # GetDistrictRequest{district: "lakeside"}


def unsigned(claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    return f"{part({'alg': 'none', 'typ': 'JWT', 'kid': 'rsa'})}.{part(claims)}."


class ForeignIssuer(program.Case):
    def setUp(self):
        super().setUp()
        self.issuer_port = free_port()
        self.issuer = Issuer(self.addCleanup, CLAIMS, self.issuer_port)
        self.issuer.generate("RS256", "rsa")
        self.issuer.generate("ES256", "curve")
        self.serve("--jwks", f"{self.issuer.url}/jwks", "--jwt-issuer", self.issuer.url, "--jwt-audience", AUDIENCE)
        channel = grpc.insecure_channel(self.grpc)
        self.addCleanup(channel.close)
        self.get_district = channel.unary_unary(GET_DISTRICT)

    def by_http(self, token):
        """(status, WWW-Authenticate)"""
        request = urllib.request.Request(f"http://{self.http}/v1/districts/lakeside",
                                         headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, None
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers["WWW-Authenticate"]

    def by_grpc(self, token):
        try:
            self.get_district(LAKESIDE, metadata=[("authorization", f"Bearer {token}")], timeout=30)
            return grpc.StatusCode.OK
        except grpc.RpcError as refused:
            return refused.code()

    def is_taken(self, token):
        """Who calls is known, and asks for a district that nobody has created yet."""
        self.assertEqual((self.by_http(token), self.by_grpc(token)), ((404, None), grpc.StatusCode.NOT_FOUND))

    def is_refused(self, token):
        status, authenticate = self.by_http(token)
        self.assertEqual((status, self.by_grpc(token)), (401, grpc.StatusCode.UNAUTHENTICATED))
        self.assertEqual(authenticate.partition(" ")[0], "Bearer")

    def test_its_tokens_are_taken(self):
        self.is_taken(self.issuer.token("rsa"))
        self.is_taken(self.issuer.token("curve"))
        self.is_taken(self.issuer.token_as_a_client())
        self.is_taken(self.issuer.token("rsa", {"aud": ["another", AUDIENCE]}))
        self.assertEqual(self.by_http(self.issuer.token("curve", {"district": "seaside"}))[0], 403)

    def test_what_is_wrong_with_a_token_is_refused(self):
        good = {"iss": self.issuer.url, "exp": 4102444800, **CLAIMS}
        header, payload, signature = self.issuer.token("rsa").split(".")
        other = self.issuer.token("rsa", {"role": "privacy_officer"}).split(".")[1]
        for what, token in {
                "another audience": self.issuer.token("rsa", {"aud": "another"}),
                "another issuer": self.issuer.token("curve", {"iss": "http://127.0.0.1:1"}),
                "over": self.issuer.token("rsa", expires_in=-120),
                "not yet good": self.issuer.token("rsa", {"nbf": 4102444000, "exp": 4102444800}),
                "never over": self.issuer.token("rsa", {"exp": None}),
                "a key of somebody else": self.issuer.token("rsa", by="another"),
                "a curve of somebody else": self.issuer.token("curve", by="another"),
                "no signature": unsigned(good),
                "other claims": f"{header}.{other}.{signature}",
                "no such role": self.issuer.token("curve", {"role": "superintendent"}),
                "no district": self.issuer.token("curve", {"district": ""})}.items():
            with self.subTest(what):
                self.is_refused(token)

    def test_new_keys_are_followed(self):
        old = self.issuer.token("rsa")
        self.is_taken(old)
        self.issuer.stop()
        self.is_taken(old)  # its keys are known, and the issuer is not asked
        self.issuer = Issuer(self.addCleanup, CLAIMS, self.issuer_port)
        self.issuer.generate("ES256", "newer")
        new = self.issuer.token("newer")
        self.is_refused(new)
        wait_until(lambda: self.by_http(new)[0] == 404, "the new key is known")
        self.is_taken(new)
        self.is_refused(old)


if __name__ == "__main__":
    unittest.main()
