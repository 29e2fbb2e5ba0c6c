/** A function as it is deployed, in a process of its own that can be ended: one event in, one response out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { context } from './context.ts';

const [step = '', eventFile = '', responseFile = ''] = process.argv.slice(2);
const { handler } = await import(`../../lambdas/${step}/handler.ts`);
const response = await handler(JSON.parse(readFileSync(eventFile, 'utf8')), context);
writeFileSync(responseFile, JSON.stringify(response ?? null));
process.exit(0);
