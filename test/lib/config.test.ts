import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dev } from '../../lib/config/dev.ts';
import { checkConfig, loadConfig, stages } from '../../lib/config/load.ts';
import type { StageConfig } from '../../lib/config/schema.ts';

function file(name: string, content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'tocsin-config-')), name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const sources = { sources: [{ name: 'pumps', match: { fields: ['id'] }, entity: 'id', metrics: '*' }] };
const rule = { id: 'pump-hot', kind: 'limits', source: 'pumps', metric: 'celsius', high: 80 };

function withFiles(rules: unknown, sourceSet: unknown = sources, entities: unknown = { entities: [] }) {
  return {
    ...dev,
    rulesFile: file('rules.json', rules),
    sourcesFile: file('sources.json', sourceSet),
    entitiesFile: file('entities.json', entities),
  };
}

describe('the stage config', () => {
  it.each(Object.keys(stages))('is sound for %s', (stage) => {
    expect(loadConfig({ stage }).settings.stage).toBe(stage);
  });

  // LiveRulesTest times a change at 15 s: in force within 30 s.
  it.each(Object.keys(stages))('looks for changed rules at least each 15 s in %s', (stage) => {
    expect(loadConfig({ stage }).settings.flink.rulesPollMs).toBeLessThanOrEqual(15_000);
  });

  it('is that of dev when no stage is named', () => {
    expect(loadConfig().settings.stage).toBe('dev');
  });

  it('names the stages when there is none of that name', () => {
    expect(() => loadConfig({ stage: 'production' })).toThrow(
      'There is no stage "production". Choose one: -c stage=local|dev|staging|prod',
    );
  });

  it('takes e-mail addresses from the command line', () => {
    const { settings } = loadConfig({ notificationEmails: 'a@example.org, b@example.org' });
    expect(settings.notificationEmails).toEqual(['a@example.org', 'b@example.org']);
  });

  it('names file and setting of what is wrong, all at once', () => {
    const broken = { ...dev, logRetentionDays: 15, notificationEmails: ['nobody'] };
    // @ts-expect-error 15 days is no retention that CloudWatch Logs knows
    expect(() => checkConfig(broken)).toThrow(
      /lib\/config\/dev\.ts: notificationEmails\.0: .*\nlib\/config\/dev\.ts: logRetentionDays: /,
    );
  });

  it.each([
    { startPosition: 'AT_TIMESTAMP' },
    { startPosition: 'LATEST', startTimestamp: '2026-01-01T12:00:00Z' },
  ] as const)('asks for a start instant with AT_TIMESTAMP, and only with it: %o', (start) => {
    expect(() => checkConfig({ ...dev, flink: { ...dev.flink, ...start } })).toThrow(
      'lib/config/dev.ts: flink.startTimestamp: must be set for AT_TIMESTAMP, and only for it',
    );
  });

  it.each([7, 90, 600])(
    'refuses hops of %i s, of which no whole number makes a window of 300 s',
    (hopSeconds) => {
      const detection = { ...dev.detection, hoppingSeconds: 300, hopSeconds };
      expect(() => checkConfig({ ...dev, detection })).toThrow(
        'lib/config/dev.ts: detection.hopSeconds: must divide hoppingSeconds without a rest',
      );
    },
  );

  it.each([1, 150, 300])('takes hops of %i s for windows of 300 s', (hopSeconds) => {
    const detection = { ...dev.detection, hoppingSeconds: 300, hopSeconds };
    expect(checkConfig({ ...dev, detection }).settings.detection.hopSeconds).toBe(hopSeconds);
  });

  it('takes a start instant with a zone', () => {
    const start = { startPosition: 'AT_TIMESTAMP', startTimestamp: '2026-01-01T13:00:00+01:00' } as const;
    const { settings } = checkConfig({ ...dev, flink: { ...dev.flink, ...start } });
    expect(settings.flink.startTimestamp).toBe('2026-01-01T13:00:00+01:00');
  });

  describe('of a warm start', () => {
    const now = new Date('2026-11-21T12:00:00Z');
    const quiet = (quietUntil: string) => ({ ...dev, flink: { ...dev.flink, quietUntil } });

    it.each(['2027-11-21T12:00:00Z', '2026-11-21T13:00:01Z'])(
      'is refused when it would keep alerts back for long: quiet until %s',
      (until) => {
        expect(() => checkConfig(quiet(until), now)).toThrow(
          `lib/config/dev.ts: flink.quietUntil: ${until} lies more than an hour after now (2026-11-21T12:00:00.000Z): ` +
            'until then nobody would be told of anything. Set the time of the deploy',
        );
      },
    );

    it.each(['2026-11-21T13:00:00Z', '2026-11-21T14:00:00+02:00', '2025-01-01T00:00:00Z'])(
      'may be quiet until %s',
      (until) => {
        expect(checkConfig(quiet(until), now).settings.flink.quietUntil).toBe(until);
      },
    );

    const warm = (flink: Partial<StageConfig['flink']>) => ({ ...dev, flink: { ...dev.flink, ...flink } });

    it('from the archive needs the time until which it is quiet, or old alerts would be mailed again', () => {
      expect(() => checkConfig(warm({ warmFrom: '2026-10-21T00:00:00Z' }), now)).toThrow(
        'lib/config/dev.ts: flink.quietUntil: must be set with warmFrom, or all that is long over would be mailed again',
      );
    });

    it.each(['2026-11-21T12:00:00Z', '2026-11-21T12:30:00Z'])(
      'learns nothing from a time to come: %s',
      (warmFrom) => {
        const quietUntil = '2026-11-21T13:00:00Z';
        expect(() => checkConfig(warm({ warmFrom, quietUntil }), now)).toThrow(
          `lib/config/dev.ts: flink.warmFrom: ${warmFrom} does not lie before now (2026-11-21T12:00:00.000Z). Set the time`,
        );
      },
    );

    it('is not quiet only before what it learns from', () => {
      const flink = { warmFrom: '2026-10-21T00:00:00Z', quietUntil: '2026-10-20T00:00:00Z' };
      expect(() => checkConfig(warm(flink), now)).toThrow(
        'lib/config/dev.ts: flink.warmFrom: must lie before quietUntil',
      );
    });

    it('from the archive takes one input stream', () => {
      const flink = { warmFrom: '2026-10-21T00:00:00Z', quietUntil: '2026-11-21T12:00:00Z' };
      expect(() => checkConfig({ ...warm(flink), inputs: ['readings', 'builds'] }, now)).toThrow(
        'lib/config/dev.ts: flink.warmFrom: a start from the archive takes one input stream, and the stage has 2',
      );
    });

    it('from the archive takes an instant before', () => {
      const flink = { warmFrom: '2026-10-21T00:00:00Z', quietUntil: '2026-11-21T12:00:00Z' };
      expect(checkConfig(warm(flink), now).settings.flink).toMatchObject(flink);
    });
  });

  it('keeps data only where a stage is guarded', () => {
    expect(Object.values(stages).map(({ stage, protectData }) => [stage, protectData])).toEqual([
      ['local', false],
      ['dev', false],
      ['staging', true],
      ['prod', true],
    ]);
  });
});

describe('the rules file', () => {
  it('is read with the sources that it names', () => {
    const { rules } = checkConfig(withFiles({ rules: [rule] }));
    expect(rules.rules[0]).toMatchObject({ id: 'pump-hot', entity: '*', enabled: true });
  });

  it('names file, rule and reason of a rule that contradicts itself', () => {
    const config = withFiles({ rules: [{ ...rule, low: 90 }] });
    expect(() => checkConfig(config)).toThrow(
      /rules\.json: rule pump-hot: rules\.0: rule pump-hot: low \(90\) must be below high \(80\)/,
    );
  });

  it('names file, rule and field of a rule that has a wrong value', () => {
    const config = withFiles({ rules: [{ ...rule, high: 'hot' }] });
    expect(() => checkConfig(config)).toThrow(/rules\.json: rule pump-hot: rules\.0\.high: .*number/);
  });

  it('names the sources there are when a rule is for another', () => {
    const config = withFiles({ rules: [{ ...rule, source: 'fans' }] });
    expect(() => checkConfig(config)).toThrow(
      /rules\.json: rule pump-hot: there is no source "fans" \(there is pumps\)/,
    );
  });

  it('names itself when it is missing or no JSON', () => {
    expect(() => checkConfig({ ...dev, rulesFile: 'config/none.json' })).toThrow(
      /config\/none\.json: .*ENOENT/,
    );
    expect(() => checkConfig(withFiles('{'))).toThrow(/rules\.json: .*JSON/);
  });
});

describe('the sources file', () => {
  it('names the source whose input stream does not exist', () => {
    const elsewhere = { sources: [{ ...sources.sources[0], match: { stream: 'fans', fields: ['id'] } }] };
    expect(() => checkConfig(withFiles({ rules: [rule] }, elsewhere))).toThrow(
      /sources\.json: source pumps: there is no input stream "fans" \(the stage has readings\)/,
    );
  });
});

describe('names that lead nowhere', () => {
  it('are told of an entity, with the sources that there are', () => {
    const entities = { entities: [{ source: 'fans', owner: 'cooling' }] };
    expect(() => checkConfig(withFiles({ rules: [rule] }, sources, entities))).toThrow(
      /entities\.json: \*: there is no source "fans" \(there is pumps\)/,
    );
  });

  it('are told of an address', () => {
    const notificationEmails = [{ address: 'a@example.org', sources: ['fans'] }];
    expect(() => checkConfig({ ...withFiles({ rules: [rule] }), notificationEmails })).toThrow(
      'lib/config/dev.ts: a@example.org: there is no source "fans" (there is pumps)',
    );
  });

  it('are told of what is the heartbeat’s', () => {
    const taken = { sources: [{ ...sources.sources[0], name: 'tocsin-heartbeat' }] };
    const rules = { rules: [{ ...rule, id: 'tocsin-heartbeat', source: 'tocsin-heartbeat' }] };
    expect(() => checkConfig(withFiles(rules, taken))).toThrow(
      /the name tocsin-heartbeat is taken[\s\S]*the id tocsin-heartbeat is taken/,
    );
  });
});
