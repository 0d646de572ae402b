// Judges an AsyncAPI document by AsyncAPI's own parser: prints every finding, and fails on errors
// and warnings. That a newer AsyncAPI exists is none.
//   NODE_MODULES=DIR node asyncapi.mjs FILE
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const { Parser } = createRequire(process.env.NODE_MODULES + '/')('@asyncapi/parser');
const { document, diagnostics } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'));
const findings = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
for (const { code, path, message } of findings) console.log(code, path.join('.'), message);
process.exit(document && findings.length === 0 ? 0 : 1);
