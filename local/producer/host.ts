/** What this very machine does: processor, memory, load, disk, network. Linux reads /proc; elsewhere Node's own figures. */
import { readFile, statfs } from 'node:fs/promises';
import os from 'node:os';
import type { OutgoingRecord } from '../../cli/put-records.ts';
import { ROOT } from '../paths.ts';

/** Totals since boot, of which a sample takes the difference. */
interface Counters {
  readonly at: number;
  readonly busyMs: number;
  readonly totalMs: number;
  readonly receivedBytes: number | undefined;
  readonly sentBytes: number | undefined;
}

/** Samples this machine; the first sample covers the time since the sampler was made. */
export class HostSampler {
  private before: Counters | undefined;

  /** One record: percentages of 100, rates a second. Figures that the platform does not give are left out. */
  async sample(now: number): Promise<OutgoingRecord> {
    const after = await readCounters(now);
    const before = this.before ?? { ...after, at: now - 1, busyMs: 0, totalMs: 0 };
    this.before = after;
    const seconds = Math.max(0.001, (after.at - before.at) / 1_000);
    const figures = {
      cpu_percent: round(
        (100 * (after.busyMs - before.busyMs)) / Math.max(1, after.totalMs - before.totalMs),
      ),
      memory_percent: round(100 * (1 - (await availableMemory()) / os.totalmem())),
      load_1m: round(os.loadavg()[0] ?? 0),
      disk_percent: await usedDiskPercent(),
      network_received_bytes_per_second: rate(after.receivedBytes, before.receivedBytes, seconds),
      network_sent_bytes_per_second: rate(after.sentBytes, before.sentBytes, seconds),
    };
    const host = os.hostname();
    return {
      partitionKey: host,
      data: JSON.stringify({
        host,
        platform: process.platform,
        time: new Date(now).toISOString(),
        ...figures,
      }),
    };
  }
}

async function readCounters(at: number): Promise<Counters> {
  const times = os.cpus().map((cpu) => cpu.times);
  const totalMs = times.reduce((sum, one) => sum + one.user + one.nice + one.sys + one.irq + one.idle, 0);
  const idleMs = times.reduce((sum, one) => sum + one.idle, 0);
  return { at, totalMs, busyMs: totalMs - idleMs, ...(await networkTotals()) };
}

/** Bytes over all interfaces but the loopback one; undefined where there is no /proc. */
async function networkTotals() {
  const text = await readOrUndefined('/proc/net/dev');
  if (text === undefined) return { receivedBytes: undefined, sentBytes: undefined };
  let receivedBytes = 0;
  let sentBytes = 0;
  for (const line of text.split('\n').slice(2)) {
    const [name, figures] = line.split(':');
    if (name === undefined || figures === undefined || name.trim() === 'lo') continue;
    const columns = figures.trim().split(/\s+/).map(Number);
    receivedBytes += columns[0] ?? 0;
    sentBytes += columns[8] ?? 0;
  }
  return { receivedBytes, sentBytes };
}

/** What programs could still get: "free" alone counts the disk cache as used. */
async function availableMemory(): Promise<number> {
  const kilobytes = (await readOrUndefined('/proc/meminfo'))?.match(/^MemAvailable:\s+(\d+) kB/m)?.[1];
  return kilobytes === undefined ? os.freemem() : Number(kilobytes) * 1_024;
}

async function usedDiskPercent(): Promise<number> {
  const { blocks, bavail } = await statfs(ROOT);
  return round(100 * (1 - bavail / Math.max(1, blocks)));
}

async function readOrUndefined(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

function rate(after: number | undefined, before: number | undefined, seconds: number): number | undefined {
  return after === undefined || before === undefined ? undefined : round((after - before) / seconds);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
