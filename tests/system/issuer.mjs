// An issuer of tokens that is not ours: oauth2-mock-server, on loopback.
//   NODE_MODULES=DIR node issuer.mjs PORT CLAIMS
// CLAIMS, JSON, are in every token of its /token. It prints {"issuer"}, and answers a line of JSON
// with a line of JSON until its input ends:
//   {"generate": ALGORITHM, "kid"}               makes a key                      -> {"kid"}
//   {"sign": KID, "claims", "expires_in", "by", "type"}  signs a token with these claims, -> {"token"}
//     and perhaps of another type; `by` "another": with a key of that name that is not in its set
//   {"say": CLAIMS}      instead of CLAIMS are in every token from now on              -> {}
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(process.env.NODE_MODULES + '/');
const { OAuth2Issuer, OAuth2Server } = require('oauth2-mock-server');
const { SignJWT, decodeJwt, importJWK } = require('jose');
const [port, text] = process.argv.slice(2);
let claims = JSON.parse(text);

const server = new OAuth2Server(), another = new OAuth2Issuer();
server.service.on('beforeTokenSigning', (token) => Object.assign(token.payload, claims));
await server.start(Number(port), '127.0.0.1');
server.issuer.url = another.url = `http://127.0.0.1:${server.address().port}`;
console.log(JSON.stringify({ issuer: server.issuer.url }));

// Its own tokens are all of type JWT.
async function ofType(typ, token, key) {
  const header = { alg: key.alg, kid: key.kid, typ };
  return new SignJWT(decodeJwt(token)).setProtectedHeader(header).sign(await importJWK(key));
}

async function answer(asked) {
  if (asked.say) {
    claims = asked.say;
    return {};
  }
  if (asked.generate) {
    await another.keys.generate(asked.generate, { kid: asked.kid });
    return { kid: (await server.issuer.keys.generate(asked.generate, { kid: asked.kid })).kid };
  }
  const issuer = asked.by === 'another' ? another : server.issuer;
  const token = await issuer.buildToken({
    kid: asked.sign, expiresIn: asked.expires_in,
    scopesOrTransform: (_, payload) => Object.assign(payload, claims, asked.claims) });
  return { token: asked.type ? await ofType(asked.type, token, issuer.keys.get(asked.sign)) : token };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await answer(JSON.parse(line))));
}
await server.stop();
