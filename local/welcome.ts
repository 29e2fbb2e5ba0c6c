/** What a newcomer reads when the demo runs. */
import type { LocalStack } from './stack.ts';

export function welcome(stack: LocalStack, port: number): string {
  const endpoint = `http://127.0.0.1:${port}`;
  const [stream] = stack.data.inputStreams;
  const payment = `{"userId":"user001","amount":10000.0,"timestamp":1234567890000,"transactionId":"txn-002","merchantId":"merchant-001"}`;
  return `
Tocsin runs on this machine (deployed in ${stack.deploySeconds.toFixed(0)} s).

  The e-mails:       ${stack.inboxUrl}
  AWS endpoint:      ${endpoint}  (region us-east-1, any credentials)
  Input stream:      ${stream}

Send a payment that is far too high, in another terminal:

  node cli/tocsin.mjs send '${payment}' --stage local --endpoint ${endpoint}

or with the AWS CLI:

  AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 aws --endpoint-url ${endpoint} \\
    kinesis put-record --cli-binary-format raw-in-base64-out --stream-name ${stream} --partition-key user001 \\
    --data '${payment}'

A test e-mail:  node cli/tocsin.mjs test-alert --stage local --endpoint ${endpoint}

Ctrl-C ends everything that this run started.
`;
}
