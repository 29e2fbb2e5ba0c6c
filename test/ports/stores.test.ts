import { DynamoDbIncidentStore } from '../../lambdas/ports/incident-store/dynamodb.ts';
import { MemoryIncidentStore } from '../../lambdas/ports/incident-store/memory.ts';
import { DynamoDbOutbox } from '../../lambdas/ports/outbox/dynamodb.ts';
import { MemoryOutbox } from '../../lambdas/ports/outbox/memory.ts';
import { itKeepsIncidents, type Stores } from './conformance.ts';
import { itKeepsAnOutbox } from './outbox-conformance.ts';
import { hasEmulator, startTable, type TestTable } from './table.ts';

describe('in memory', () => {
  let stores: Stores;
  beforeEach(() => {
    const outbox = new MemoryOutbox();
    stores = { store: new MemoryIncidentStore(outbox), outbox };
  });
  itKeepsIncidents(() => stores);
  itKeepsAnOutbox(() => stores);
});

// Without the project's Python environment there is no emulator: `npm run setup` makes it.
(hasEmulator ? describe : describe.skip)('in DynamoDB', () => {
  let table: TestTable;
  let stores: Stores;
  beforeAll(async () => {
    table = await startTable();
    const { client, tableName } = table;
    stores = {
      store: new DynamoDbIncidentStore({ client, tableName, keepDays: 30, replayHours: 24 }),
      outbox: new DynamoDbOutbox({ client, tableName }),
    };
  }, 30_000);
  afterAll(() => table.stop());
  itKeepsIncidents(() => stores);
  itKeepsAnOutbox(() => stores);
});
