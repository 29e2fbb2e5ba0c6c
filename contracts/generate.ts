/** `npm run contracts`: writes generated/ anew. A test fails when it is stale. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { schemaFiles } from './schemas.ts';

const folder = new URL('./generated/', import.meta.url);
const files = schemaFiles();
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!files.has(name)) rmSync(new URL(name, folder));
for (const [name, text] of files) writeFileSync(new URL(name, folder), text);
console.log(`${files.size} schemas are written to contracts/generated`);
