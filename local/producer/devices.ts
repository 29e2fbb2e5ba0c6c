/**
 * Made-up IoT devices that tell temperature and humidity once a minute, with anomalies whose kind and place are known.
 * The normal course has a daily pattern, slow weather, sensor drift and noise; humidity falls when temperature rises.
 * Which points are anomalous, and of which kind, stands beside each reading as its label.
 */
import {
  DEVICE_NOISE,
  type DeviceAnomalyKind,
  type DeviceValues,
  plannedEpisodes,
} from './device-anomalies.ts';
import { between, gaussian, type Random, seededRandom } from './random.ts';

/** What one device told. */
export interface DeviceReading {
  readonly device_id: string;
  /** ISO 8601, UTC. */
  readonly timestamp: string;
  /** °C. */
  readonly temperature: number;
  /** % relative. */
  readonly humidity: number;
}

export interface LabelledReading {
  readonly reading: DeviceReading;
  /** Epoch ms. */
  readonly time: number;
  /** Absent where the reading is normal. */
  readonly anomaly?: DeviceAnomalyKind;
}

export interface DeviceSetOptions {
  readonly devices: number;
  readonly readingsPerDevice: number;
  /** Share of all readings that is anomalous; met exactly but for rounding. */
  readonly anomalousShare: number;
}

/** The labelled set: 50,000 points, 10 % of them anomalous, a week of five devices. */
export const LABELLED_SET: DeviceSetOptions = {
  devices: 5,
  readingsPerDevice: 10_000,
  anomalousShare: 0.1,
};

export const DEVICE_INTERVAL_MS = 60_000;
/** Devices do not speak in the same moment. */
const BETWEEN_DEVICES_MS = 3_000;
const DAY_MS = 86_400_000;

/** How many % the humidity falls for each °C that the room grows warmer. */
const HUMIDITY_PER_DEGREE = -2.2;

/** Labelled readings of all devices in the order of time; the same seed and start give the same ones. */
export function labelledReadings(
  seed: number,
  start: number,
  options: DeviceSetOptions = LABELLED_SET,
): readonly LabelledReading[] {
  const all: LabelledReading[] = [];
  for (let device = 0; device < options.devices; device++) {
    // Devices are far apart in seed, so that two seeds share no device.
    all.push(
      ...readingsOfDevice(device, seededRandom(seed * 1_009 + device * 7_919 + 104_729), start, options),
    );
  }
  return all.sort((a, b) => a.time - b.time);
}

/** What the sensors would measure without noise and fault. */
interface Room {
  readonly temperature: number;
  readonly humidity: number;
  /** °C above the room's usual temperature. */
  readonly warmth: number;
}

function readingsOfDevice(
  device: number,
  random: Random,
  start: number,
  { readingsPerDevice, anomalousShare }: DeviceSetOptions,
): readonly LabelledReading[] {
  const room = roomOf(random);
  const noise = between(random, 0.8, 1.3);
  const episodes = plannedEpisodes(random, readingsPerDevice, anomalousShare);
  const readings: LabelledReading[] = [];
  let previous: DeviceValues | undefined;
  for (let index = 0; index < readingsPerDevice; index++) {
    const time = start + index * DEVICE_INTERVAL_MS + device * BETWEEN_DEVICES_MS;
    const actual = room(time);
    const measured = {
      temperature: actual.temperature + gaussian(random) * DEVICE_NOISE.temperature * noise,
      humidity: actual.humidity + gaussian(random) * DEVICE_NOISE.humidity * noise,
    };
    const episode = episodes.get(index);
    const values = rounded(
      episode?.distort(measured, {
        step: index - episode.from,
        previous: previous ?? measured,
        coupling: 2 * HUMIDITY_PER_DEGREE * actual.warmth,
        random,
      }) ?? measured,
    );
    previous = values;
    readings.push({
      reading: {
        device_id: `device-${String(device + 1).padStart(2, '0')}`,
        timestamp: new Date(time).toISOString(),
        ...values,
      },
      time,
      ...(episode && { anomaly: episode.kind }),
    });
  }
  return readings;
}

/** A room's course: its own level, a day's warmth that peaks at 15 h, weather that comes and goes, a drifting sensor. */
function roomOf(random: Random): (time: number) => Room {
  const usual = { temperature: between(random, 19, 23), humidity: between(random, 45, 55) };
  const dayAmplitude = between(random, 1.8, 3);
  const driftPerDay = between(random, -0.15, 0.15);
  let weather = gaussian(random) * 0.8;
  let moisture = gaussian(random) * 1.5;
  let first: number | undefined;
  return (time) => {
    first ??= time;
    weather = wander(random, weather, 0.8, 720);
    moisture = wander(random, moisture, 1.5, 1_440);
    const hour = ((time % DAY_MS) / DAY_MS) * 24;
    const warmth = dayAmplitude * Math.cos((2 * Math.PI * (hour - 15)) / 24) + weather;
    return {
      warmth,
      temperature: usual.temperature + warmth + (driftPerDay * (time - first)) / DAY_MS,
      humidity: usual.humidity + HUMIDITY_PER_DEGREE * warmth + moisture,
    };
  };
}

/** One step of a value that wanders about 0 with the given σ and forgets half of itself in some `memory` steps. */
function wander(random: Random, value: number, sigma: number, memory: number): number {
  const kept = Math.exp(-1 / memory);
  return value * kept + gaussian(random) * sigma * Math.sqrt(1 - kept * kept);
}

/** Sensors tell hundredths, and no humidity beyond 0 to 100 %. */
function rounded(values: DeviceValues): DeviceValues {
  const hundredths = (value: number) => Math.round(value * 100) / 100;
  return {
    temperature: hundredths(values.temperature),
    humidity: Math.min(100, Math.max(0, hundredths(values.humidity))),
  };
}
