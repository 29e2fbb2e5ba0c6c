import { createHash } from 'node:crypto';
import { archive } from '../../lambdas/archive/archive.ts';
import { isBefore, isSurelyBefore } from '../../lambdas/incidents/compare.ts';
import { anomaly } from './factories.ts';

const NUMBER = '49671240000000000000000000000000000000000000000000000010';
const LATER_NUMBER = '49671240000000000000000000000000000000000000000000000011';
const at = (sequence_number: string) => anomaly({ sequence_number });

/** One record `{"id":"pump-7"}` as the Kinesis Producer Library packs it. */
function aggregate(): Buffer {
  const data = Buffer.from('{"id":"pump-7"}');
  const record = Buffer.concat([Buffer.from([0x08, 0x00, 0x1a, data.length]), data]);
  const message = Buffer.concat([Buffer.from([0x0a, 0x01, 0x6b, 0x1a, record.length]), record]);
  const checksum = createHash('md5').update(message).digest();
  return Buffer.concat([Buffer.from([0xf3, 0x89, 0x9a, 0xc2]), message, checksum]);
}

describe('the order of records out of one aggregate', () => {
  it('is that of their places in it, as numbers', () => {
    expect(isSurelyBefore(at(`${NUMBER}.2`), at(`${NUMBER}.10`))).toBe(true);
    expect(isSurelyBefore(at(`${NUMBER}.10`), at(`${NUMBER}.2`))).toBe(false);
  });

  it('comes after that of the aggregates and of records that stand alone', () => {
    expect(isSurelyBefore(at(`${NUMBER}.9`), at(LATER_NUMBER))).toBe(true);
    expect(isSurelyBefore(at(LATER_NUMBER), at(`${NUMBER}.9`))).toBe(false);
    expect(isSurelyBefore(at(`${NUMBER}.9`), at(`${LATER_NUMBER}.0`))).toBe(true);
  });

  it('is unknown between a record and itself', () => {
    expect(isSurelyBefore(at(`${NUMBER}.1`), at(`${NUMBER}.1`))).toBe(false);
    expect(isBefore(at(`${NUMBER}.1`), at(`${NUMBER}.1`))).toBe(false);
  });

  it('is not guessed from a number of another form', () => {
    expect(isSurelyBefore(at('1.2.3'), at('9'))).toBe(false);
    expect(isSurelyBefore(at('9'), at('1.2.3'))).toBe(false);
  });
});

describe('the archive', () => {
  it('keeps the bytes of an aggregate that was not taken apart as they came', () => {
    const bytes = aggregate();
    const arrived = { bytes, arrivalMs: 0, shardId: 'shardId-000000000000', sequenceNumber: NUMBER };
    const { row, partition } = archive(arrived, 'readings', []);
    expect(partition.source).toBe('unread');
    expect(row.raw).toBeNull();
    expect(Buffer.from(row.raw_base64 ?? '', 'base64')).toEqual(bytes);
    expect(row.sequence_number).toBe(NUMBER);
  });
});
