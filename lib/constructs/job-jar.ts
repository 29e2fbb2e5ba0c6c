/** The Flink job's jar as the Maven build leaves it, and which connector it was built with. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { projectRoot } from '../config/load.ts';

export const JAR_PATH = join(projectRoot, 'flink-job', 'target', 'tocsin-flink-job.jar');

export interface JobJar {
  readonly path: string;
  readonly connector: 'bundled' | 'official';
}

export class JarMissing extends Error {
  override readonly name = 'JarMissing';
}

export class JarUnreadable extends Error {
  override readonly name = 'JarUnreadable';
}

/** @throws JarMissing when it was not built yet; JarUnreadable when its manifest does not name a connector */
export function jobJar(path: string = JAR_PATH): JobJar {
  if (!existsSync(path)) {
    throw new JarMissing(`The Flink job is not built: ${path} is missing. Build it first: npm run build`);
  }
  const manifest = readEntry(readFileSync(path), 'META-INF/MANIFEST.MF')?.toString('utf8') ?? '';
  const connector = /^Tocsin-Connector: *(bundled|official)\s*$/m.exec(manifest)?.[1];
  if (connector !== 'bundled' && connector !== 'official') {
    throw new JarUnreadable(
      `${path}: its manifest names no connector (Tocsin-Connector). Build it again: npm run build`,
    );
  }
  return { path, connector };
}

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/** One file of a zip archive; undefined when it is not in there, or when this is no zip archive. */
function readEntry(zip: Buffer, name: string): Buffer | undefined {
  // The end record is 22 bytes and a comment of at most 65,535.
  let end = zip.length - 22;
  while (end >= 0 && end >= zip.length - 22 - 65_535 && zip.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  if (end < 0 || zip.readUInt32LE(end) !== END_OF_DIRECTORY) return undefined;

  let at = zip.readUInt32LE(end + 16);
  while (at < end && zip.readUInt32LE(at) === DIRECTORY_ENTRY) {
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) return contentsAt(zip, at);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return undefined;
}

function contentsAt(zip: Buffer, directoryEntry: number): Buffer {
  const compressed = zip.readUInt16LE(directoryEntry + 10) !== 0;
  const size = zip.readUInt32LE(directoryEntry + 20);
  const header = zip.readUInt32LE(directoryEntry + 42);
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const bytes = zip.subarray(start, start + size);
  return compressed ? inflateRawSync(bytes) : bytes;
}
