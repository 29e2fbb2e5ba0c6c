/** What goes wrong with the devices of `devices.ts`: kinds of anomaly, how long each lasts, and how often it comes. */
import { between, gaussian, pick, type Random, shuffled } from './random.ts';

export const DEVICE_METRICS = ['temperature', 'humidity'] as const;
export type DeviceMetric = (typeof DEVICE_METRICS)[number];
export type DeviceValues = Readonly<Record<DeviceMetric, number>>;

/** σ of the sensors' noise. */
export const DEVICE_NOISE: DeviceValues = { temperature: 0.25, humidity: 0.8 };

export const DEVICE_ANOMALIES = [
  'spike',
  'level_shift',
  'stuck',
  'drop_to_zero',
  'noise_burst',
  'ramp',
  'broken_correlation',
] as const;
export type DeviceAnomalyKind = (typeof DEVICE_ANOMALIES)[number];

/** What an anomaly may look at when it changes a reading. */
export interface Moment {
  /** Readings since the anomaly began. */
  readonly step: number;
  /** What the device told last. */
  readonly previous: DeviceValues;
  /** How far humidity would be from where it is, if it rose with temperature. */
  readonly coupling: number;
  readonly random: Random;
}

/** One anomaly of one device. */
export interface Episode {
  readonly kind: DeviceAnomalyKind;
  /** Index of its first reading. */
  readonly from: number;
  readonly distort: (measured: DeviceValues, moment: Moment) => DeviceValues;
}

interface Kind {
  /** Share of all anomalous readings. */
  readonly share: number;
  /** Fewest and most readings that it lasts. */
  readonly length: readonly [number, number];
  /** Draws the particulars of one anomaly. */
  readonly draw: (random: Random) => Episode['distort'];
}

/** Normal readings of a device before its first anomaly: detectors have to get to know it. */
const QUIET_START = 200;
/** Fewest normal readings between two anomalies. */
const LEAST_GAP = 5;

const KINDS: Readonly<Record<DeviceAnomalyKind, Kind>> = {
  /** One or two values far off. */
  spike: { share: 0.25, length: [1, 2], draw: (random) => offset(random, 12, 60) },
  /** All values too high or too low by the same amount, as of a sensor put elsewhere. */
  level_shift: { share: 0.25, length: [10, 40], draw: (random) => offset(random, 8, 30) },
  /** The same value again and again. */
  stuck: {
    share: 0.15,
    length: [10, 40],
    draw: (random) => {
      const metrics = affected(random);
      return (measured, { previous }) => changed(measured, metrics, (metric) => previous[metric]);
    },
  },
  /** 0, as of a sensor without power. */
  drop_to_zero: {
    share: 0.12,
    length: [1, 8],
    draw: (random) => {
      const metrics = affected(random);
      return (measured) => changed(measured, metrics, () => 0);
    },
  },
  /** The right level with several times the noise, as of a loose contact. */
  noise_burst: {
    share: 0.13,
    length: [10, 30],
    draw: (random) => {
      const metrics = affected(random);
      const factor = between(random, 8, 20);
      return (measured, moment) =>
        changed(
          measured,
          metrics,
          (metric) => measured[metric] + gaussian(moment.random) * factor * DEVICE_NOISE[metric],
        );
    },
  },
  /** DeviceValues that creep away until they fall back; its first readings hardly differ from normal ones. */
  ramp: {
    share: 0.05,
    length: [20, 40],
    draw: (random) => {
      const metrics = affected(random);
      const perStep = between(random, 0.5, 1.5) * sign(random);
      return (measured, { step }) =>
        changed(
          measured,
          metrics,
          (metric) => measured[metric] + perStep * (step + 1) * DEVICE_NOISE[metric],
        );
    },
  },
  /** Humidity rises with temperature, where it should fall; hard to see when the room is at its usual temperature. */
  broken_correlation: {
    share: 0.05,
    length: [20, 60],
    draw:
      () =>
      (measured, { coupling }) =>
        changed(measured, ['humidity'], () => measured.humidity - coupling),
  },
};

/**
 * The anomalies of one device, by the index of each reading that they touch. Their kinds have the shares above, their
 * order and the gaps between them are chance.
 */
export function plannedEpisodes(
  random: Random,
  readings: number,
  anomalousShare: number,
): ReadonlyMap<number, Episode> {
  const wanted = Math.round(readings * anomalousShare);
  const lengths = shuffled(random, drawnLengths(random, wanted));
  const gaps = drawnGaps(random, readings - wanted - QUIET_START, lengths.length + 1);
  const byIndex = new Map<number, Episode>();
  let index = QUIET_START;
  for (const [place, { kind, length }] of lengths.entries()) {
    index += gaps[place] ?? LEAST_GAP;
    const episode: Episode = { kind, from: index, distort: KINDS[kind].draw(random) };
    for (const end = index + length; index < end; index++) byIndex.set(index, episode);
  }
  return byIndex;
}

/** Kinds and lengths that add up to the wanted number of readings, each kind to its share. */
function drawnLengths(random: Random, wanted: number): Array<{ kind: DeviceAnomalyKind; length: number }> {
  const drawn: Array<{ kind: DeviceAnomalyKind; length: number }> = [];
  const left = DEVICE_ANOMALIES.map((kind) => ({ kind, readings: KINDS[kind].share * wanted }));
  let total = 0;
  while (total < wanted) {
    // The kind that lacks most comes next.
    const next = left.reduce((most, one) => (one.readings > most.readings ? one : most));
    const [least, most] = KINDS[next.kind].length;
    const length = Math.min(wanted - total, Math.floor(between(random, least, most + 1)));
    drawn.push({ kind: next.kind, length });
    next.readings -= length;
    total += length;
  }
  return drawn;
}

/** Lengths of chance that add up to the given number of readings. */
function drawnGaps(random: Random, readings: number, count: number): readonly number[] {
  const free = readings - count * LEAST_GAP;
  if (free < 0) throw new RangeError(`${count} anomalies do not fit between ${readings} normal readings`);
  const weights = Array.from({ length: count }, () => -Math.log(1 - random()));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => LEAST_GAP + Math.floor((free * weight) / total));
}

/** A constant distance, in σ of the noise, up or down, of one metric or both. */
function offset(random: Random, least: number, most: number): Episode['distort'] {
  const metrics = affected(random);
  // Small distances are as frequent as their logarithm says: 10 to 20 as often as 20 to 40.
  const sigmas = Math.exp(between(random, Math.log(least), Math.log(most))) * sign(random);
  return (measured) =>
    changed(measured, metrics, (metric) => measured[metric] + sigmas * DEVICE_NOISE[metric]);
}

function affected(random: Random): readonly DeviceMetric[] {
  return pick<readonly DeviceMetric[]>(random, [['temperature'], ['humidity'], ['temperature', 'humidity']]);
}

function sign(random: Random): 1 | -1 {
  return random() < 0.5 ? -1 : 1;
}

function changed(
  values: DeviceValues,
  metrics: readonly DeviceMetric[],
  to: (metric: DeviceMetric) => number,
): DeviceValues {
  return { ...values, ...Object.fromEntries(metrics.map((metric) => [metric, to(metric)])) };
}
