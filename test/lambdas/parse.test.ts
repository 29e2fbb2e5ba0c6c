import * as z from 'zod/mini';
import { EnvironmentInvalid, IntegerText, jsonText, parseEnv } from '../../lambdas/parse-env.ts';
import { PayloadUnreadable, parseJson } from '../../lambdas/parse-json.ts';

const Settings = z.object({
  NAME: z.string(),
  COUNT: IntegerText,
  SHAPE: jsonText(z.object({ size: z.number() })),
});

describe("a function's environment", () => {
  it('becomes settings', () => {
    const env = { NAME: 'x', COUNT: '-7', SHAPE: '{"size":1}', OTHER: 'y' };
    expect(parseEnv(Settings, env)).toEqual({ NAME: 'x', COUNT: -7, SHAPE: { size: 1 } });
  });

  it('has all its faults reported together', () => {
    const parse = () => parseEnv(Settings, { COUNT: '1.5', SHAPE: '{' });
    expect(parse).toThrow(EnvironmentInvalid);
    expect(parse).toThrow(/NAME: .*\nCOUNT: must be a whole number\nSHAPE: must be JSON/);
  });
});

describe('a payload', () => {
  const Pair = z.object({ a: z.object({ b: z.number() }) });

  it('becomes the noun that it is', () => {
    expect(parseJson(Pair, '{"a":{"b":1}}', 'it')).toEqual({ a: { b: 1 } });
  });

  it('is refused with each fault and its place', () => {
    expect(() => parseJson(Pair, '{"a":{"b":"1"}}', 'message m1')).toThrow(
      'message m1 cannot be read: a.b: Invalid input: expected number, received string',
    );
    expect(() => parseJson(Pair, 'x', 'message m1')).toThrow(PayloadUnreadable);
  });
});
