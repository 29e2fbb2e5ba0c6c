import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Alert } from '../../../contracts/alert.ts';
import { compose } from '../../../lambdas/triage/triage.ts';
import { examples } from './evidence-examples.ts';

// Written anew by: UPDATE_MAILS=1 npx jest test/lambdas/triage. Read them as somebody whom they woke.
const shouldWrite = process.env.UPDATE_MAILS === '1';

describe.each(Object.entries(examples))('the e-mail %s', (name, evidence) => {
  const file = join(__dirname, `${name}.txt`);
  const alert = compose(evidence, { kind: 'none' });

  it('reads as reviewed', () => {
    const text = `Subject: ${alert.subject}\n\n${alert.body}`;
    if (shouldWrite || !existsSync(file)) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it('is an alert by the contract', () => {
    expect(Alert.parse(JSON.parse(JSON.stringify(alert)))).toEqual(alert);
  });

  it('holds no number that the evidence does not hold', () => {
    const known = JSON.stringify(evidence);
    const digits = (alert.body.match(/(?<![\d.])\d{4,}/g) ?? []).filter((run) => !known.includes(run));
    expect(digits).toEqual([]);
  });
});
