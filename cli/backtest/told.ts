/** The anomalies that a replay wrote, in the order and at the time at which the live job would have told them. */
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Anomaly } from '../../contracts/index.ts';
import { parseJson } from '../../lambdas/parse-json.ts';
import { Heap } from './heap.ts';
import { LineCursor } from './line-cursor.ts';

export interface Told {
  readonly anomaly: Anomaly;
  readonly atMs: number;
}

/**
 * @param folder with the files of the table `anomalies`, one sequence of them for each detector
 * @param clockFile lines `from TAB to TAB watermark`: how the watermark went on with the clock, see ClockFile.java
 */
export async function* toldAnomalies(folder: string, clockFile: string): AsyncGenerator<Told> {
  const handles: FileHandle[] = [];
  const openFile = async (path: string) => {
    const handle = await open(path);
    handles.push(handle);
    return new LineCursor(handle, 0, (await handle.stat()).size);
  };
  try {
    const heap = new Heap<Detector>((a, b) => (a.head?.atMs ?? 0) - (b.head?.atMs ?? 0));
    for (const files of await sequences(folder)) {
      const lines = await Promise.all(files.map((file) => openFile(join(folder, file))));
      const detector = new Detector(lines, new Clock(await openFile(clockFile)));
      if (await detector.advance()) heap.push(detector);
    }
    for (let next = heap.smallest; next?.head !== undefined; next = heap.smallest) {
      yield next.head;
      if (await next.advance()) heap.settle();
      else heap.pop();
    }
  } finally {
    for (const handle of handles) await handle.close();
  }
}

/** Files `part-<writer>-<number>` of each writer, by number: Flink begins a new one when one is large. */
async function sequences(folder: string): Promise<readonly string[][]> {
  const byWriter = new Map<string, Array<{ file: string; number: number }>>();
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    // Where nothing was said, Flink makes no folder.
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const file of names.sort()) {
    const [, writer, number] = /^(part-.+)-(\d+)$/.exec(file) ?? [];
    if (writer === undefined) continue;
    byWriter.set(writer, [...(byWriter.get(writer) ?? []), { file, number: Number(number) }]);
  }
  return [...byWriter.values()].map((files) =>
    files.sort((a, b) => a.number - b.number).map(({ file }) => file),
  );
}

/** One detector's anomalies. They stand in the order in which it told them. */
class Detector {
  head: Told | undefined;
  readonly #files: LineCursor[];
  readonly #clock: Clock;

  constructor(files: LineCursor[], clock: Clock) {
    this.#files = files;
    this.#clock = clock;
  }

  async advance(): Promise<boolean> {
    this.head = undefined;
    while (this.#files.length > 0) {
      const text = await this.#files[0]?.next();
      if (text === undefined) {
        this.#files.shift();
        continue;
      }
      const anomaly = parseJson(Anomaly, text, 'an anomaly of the replay');
      this.head = { anomaly, atMs: await this.#toldAt(anomaly) };
      return true;
    }
    return false;
  }

  /** What a record caused was told when it came; what time caused, when the watermark came by. */
  async #toldAt({ sequence_number, window_end, event_time, arrival_time }: Anomaly): Promise<number> {
    const arrivalMs = Date.parse(arrival_time);
    if (sequence_number !== null) return arrivalMs;
    return Math.max(arrivalMs, await this.#clock.whenReached(Date.parse(window_end ?? event_time) - 1));
  }
}

/** Where the clock stood when the watermark reached an instant; asked for later and later ones. */
class Clock {
  readonly #lines: LineCursor;
  #fromMs = 0;
  #toMs = 0;
  #watermarkMs = Number.NEGATIVE_INFINITY;

  constructor(lines: LineCursor) {
    this.#lines = lines;
  }

  async whenReached(instantMs: number): Promise<number> {
    while (this.#watermarkMs < instantMs) {
      const line = await this.#lines.next();
      if (line === undefined) return this.#toMs;
      const [fromMs = 0, toMs = 0, watermarkMs = 0] = line.split('\t').map(Number);
      this.#fromMs = fromMs;
      this.#toMs = toMs;
      this.#watermarkMs = watermarkMs;
    }
    return Math.max(this.#fromMs, this.#toMs - (this.#watermarkMs - instantMs));
  }
}
