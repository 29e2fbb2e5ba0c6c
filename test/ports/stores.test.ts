import { DynamoDbChannel } from '../../lambdas/ports/channel/dynamodb.ts';
import { MemoryChannel } from '../../lambdas/ports/channel/memory.ts';
import { DynamoDbCircumstances } from '../../lambdas/ports/circumstances/dynamodb.ts';
import { MemoryCircumstances } from '../../lambdas/ports/circumstances/memory.ts';
import { DynamoDbIncidentStore } from '../../lambdas/ports/incident-store/dynamodb.ts';
import { MemoryIncidentStore } from '../../lambdas/ports/incident-store/memory.ts';
import { DynamoDbNotes } from '../../lambdas/ports/notes/dynamodb.ts';
import { MemoryNotes } from '../../lambdas/ports/notes/memory.ts';
import { DynamoDbOutbox } from '../../lambdas/ports/outbox/dynamodb.ts';
import { MemoryOutbox } from '../../lambdas/ports/outbox/memory.ts';
import { DynamoDbResults } from '../../lambdas/ports/results/dynamodb.ts';
import { MemoryResults } from '../../lambdas/ports/results/memory.ts';
import { itKeepsTheChannel } from './channel-conformance.ts';
import { itKeepsIncidents } from './conformance.ts';
import { type Emulator, hasEmulator, startEmulator, TABLE_NAME } from './emulator.ts';
import { itKeepsALife } from './life-conformance.ts';
import { type LifeStores, lifeSettings } from './life-stores.ts';
import { itKeepsNoiseAndResults } from './noise-conformance.ts';
import { itKeepsNotes } from './notes-conformance.ts';
import { itKeepsAnOutbox } from './outbox-conformance.ts';

describe('in memory', () => {
  let stores: LifeStores;
  beforeEach(() => {
    const outbox = new MemoryOutbox();
    const circumstances = new MemoryCircumstances(lifeSettings);
    const results = new MemoryResults();
    stores = {
      store: new MemoryIncidentStore(outbox, circumstances, results),
      ...{ outbox, circumstances, results },
    };
  });
  itKeepsIncidents(() => stores);
  itKeepsALife(() => stores);
  itKeepsNoiseAndResults(() => stores);
  itKeepsAnOutbox(() => stores);
  const notes = new MemoryNotes();
  itKeepsNotes(() => notes);
  const channel = new MemoryChannel();
  itKeepsTheChannel(() => channel);
});

// Without the project's Python environment there is no emulator: `npm run setup` makes it.
(hasEmulator ? describe : describe.skip)('in DynamoDB', () => {
  let emulator: Emulator;
  let stores: LifeStores;
  beforeAll(async () => {
    emulator = await startEmulator();
    const table = { client: emulator.documents, tableName: TABLE_NAME };
    stores = {
      store: new DynamoDbIncidentStore({ ...table, keepDays: 30, replayHours: 24 }),
      outbox: new DynamoDbOutbox(table),
      circumstances: new DynamoDbCircumstances({ ...table, settings: lifeSettings }),
      results: new DynamoDbResults(table),
    };
  }, 30_000);
  afterAll(() => emulator.stop());
  itKeepsIncidents(() => stores);
  itKeepsALife(() => stores);
  itKeepsNoiseAndResults(() => stores);
  itKeepsAnOutbox(() => stores);
  itKeepsNotes(() => new DynamoDbNotes({ client: emulator.documents, tableName: TABLE_NAME }));
  itKeepsTheChannel(() => new DynamoDbChannel({ client: emulator.documents, tableName: TABLE_NAME }));
});
