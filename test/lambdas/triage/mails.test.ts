import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Alert, bytesOf, MAX_BODY_BYTES } from '../../../contracts/alert.ts';
import { cutBody } from '../../../lambdas/triage/cut.ts';
import { compose } from '../../../lambdas/triage/triage.ts';
import { digestExamples } from './digest-examples.ts';
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

describe.each(Object.entries(digestExamples))('the e-mail %s', (name, alert) => {
  const file = join(__dirname, `${name}.txt`);

  it('reads as reviewed', () => {
    const text = `Subject: ${alert.subject}\n\n${alert.body}`;
    if (shouldWrite || !existsSync(file)) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it('is an alert by the contract', () => {
    expect(Alert.parse(JSON.parse(JSON.stringify(alert)))).toEqual(alert);
  });
});

describe('a body that is too long', () => {
  const body = `First\n\n${'é'.repeat(99)}\n${'–'.repeat(200_000)}\n--\nTocsin, message T-1.1`;
  const cut = cutBody(body, 'tocsin incidents show T-1');

  it('is cut at a line, says so, and keeps its last lines', () => {
    expect(bytesOf(cut)).toBeLessThanOrEqual(MAX_BODY_BYTES);
    expect(cut).toMatch(
      /^First\n\né{99}\n\n\[CUT HERE: 200,?001 more characters. The whole: tocsin incidents show T-1\]/,
    );
    expect(cut.endsWith('\n--\nTocsin, message T-1.1')).toBe(true);
  });

  it('is left as it is when it fits', () => {
    expect(cutBody('short', 'nowhere')).toBe('short');
  });

  it('is cut in the middle of a line where there is but one, and never in a character', () => {
    const one = cutBody('–'.repeat(100_000), 'nowhere');
    expect(one).toMatch(/^–+\n\n\[CUT HERE: \d+ more/);
    expect(bytesOf(one)).toBeLessThanOrEqual(MAX_BODY_BYTES);
  });
});
