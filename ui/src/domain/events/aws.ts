// What AWS services send to a function, in the shapes their documents give; names and numbers are made up.

import type { Example } from './example';

const REGION = 'us-east-1';
const ACCOUNT = '000000000000';
const WHEN = '2026-01-15T09:30:00.000Z';
const EPOCH_MS = 1_768_469_400_000;

const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
const base64 = (text: string): string => btoa(text);

/** Payload format 2.0, of function URLs and HTTP APIs: docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
function http(method: string, path: string, body: string | null, host: string): unknown {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { host, accept: 'application/json', ...(body === null ? {} : { 'content-type': 'application/json' }) },
    requestContext: {
      accountId: ACCOUNT, apiId: 'local', domainName: host, domainPrefix: 'local', requestId: 'request-1', routeKey: '$default', stage: '$default',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'coldframe' },
      time: '15/Jan/2026:09:30:00 +0000', timeEpoch: EPOCH_MS,
    },
    ...(body === null ? {} : { body }),
    isBase64Encoded: false,
  };
}

/** docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html */
const rest = {
  resource: '/orders/{id}', path: '/orders/42', httpMethod: 'GET',
  headers: { Accept: 'application/json', Host: 'api.example.com' }, multiValueHeaders: { Accept: ['application/json'], Host: ['api.example.com'] },
  queryStringParameters: { verbose: 'true' }, multiValueQueryStringParameters: { verbose: ['true'] },
  pathParameters: { id: '42' }, stageVariables: null,
  requestContext: {
    accountId: ACCOUNT, apiId: 'local', httpMethod: 'GET', path: '/orders/42', protocol: 'HTTP/1.1', requestId: 'request-1', resourcePath: '/orders/{id}',
    stage: 'dev', requestTimeEpoch: EPOCH_MS, identity: { sourceIp: '127.0.0.1', userAgent: 'coldframe' },
  },
  body: null, isBase64Encoded: false,
};

/** docs.aws.amazon.com/lambda/latest/dg/services-alb.html */
const balancer = {
  requestContext: { elb: { targetGroupArn: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/functions/0123456789abcdef` } },
  httpMethod: 'GET', path: '/orders', queryStringParameters: { page: '2' },
  headers: { accept: 'application/json', host: 'shop.example.com', 'x-forwarded-for': '192.0.2.7', 'x-forwarded-port': '443', 'x-forwarded-proto': 'https' },
  body: '', isBase64Encoded: false,
};

/** docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const object = {
  Records: [{
    eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: REGION, eventTime: WHEN, eventName: 'ObjectCreated:Put',
    userIdentity: { principalId: 'EXAMPLE' }, requestParameters: { sourceIPAddress: '127.0.0.1' },
    responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810', 'x-amz-id-2': 'example' },
    s3: {
      s3SchemaVersion: '1.0', configurationId: 'uploads', bucket: { name: 'photos', ownerIdentity: { principalId: 'EXAMPLE' }, arn: 'arn:aws:s3:::photos' },
      object: { key: 'holiday/beach.jpg', size: 1_048_576, eTag: '0123456789abcdef0123456789abcdef', sequencer: '0A1B2C3D4E5F678901' },
    },
  }],
};

const message = (id: number, body: unknown): unknown => ({
  messageId: `00000000-0000-4000-8000-00000000000${id}`, receiptHandle: `handle-${id}`, body: JSON.stringify(body),
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(EPOCH_MS), SenderId: 'EXAMPLE', ApproximateFirstReceiveTimestamp: String(EPOCH_MS + 5) },
  messageAttributes: {}, md5OfBody: '0123456789abcdef0123456789abcdef', eventSource: 'aws:sqs', eventSourceARN: arn('sqs', 'orders'), awsRegion: REGION,
});

/** docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const queue = { Records: [message(1, { order: 41, total: 12.5 }), message(2, { order: 42, total: 99 })] };

/** docs.aws.amazon.com/lambda/latest/dg/with-sns.html */
const topic = {
  Records: [{
    EventVersion: '1.0', EventSource: 'aws:sns', EventSubscriptionArn: arn('sns', 'orders:subscription'),
    Sns: {
      Type: 'Notification', MessageId: '00000000-0000-4000-8000-000000000001', TopicArn: arn('sns', 'orders'), Subject: 'Order placed', Message: '{"order":42}',
      Timestamp: WHEN, SignatureVersion: '1', Signature: 'EXAMPLE', SigningCertUrl: 'EXAMPLE', UnsubscribeUrl: 'EXAMPLE',
      MessageAttributes: { kind: { Type: 'String', Value: 'order' } },
    },
  }],
};

/** docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
const bridge = (source: string, kind: string, resources: string[], detail: unknown): unknown => ({
  version: '0', id: '00000000-0000-4000-8000-000000000001', 'detail-type': kind, source, account: ACCOUNT, time: '2026-01-15T09:30:00Z', region: REGION, resources, detail,
});

/** docs.aws.amazon.com/lambda/latest/dg/with-ddb.html */
const table = {
  Records: [{
    eventID: '1', eventName: 'MODIFY', eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: REGION,
    dynamodb: {
      ApproximateCreationDateTime: EPOCH_MS / 1000, Keys: { id: { S: 'order-42' } },
      OldImage: { id: { S: 'order-42' }, state: { S: 'placed' }, total: { N: '99' } },
      NewImage: { id: { S: 'order-42' }, state: { S: 'paid' }, total: { N: '99' } },
      SequenceNumber: '111', SizeBytes: 59, StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: arn('dynamodb', 'table/orders/stream/2026-01-15T00:00:00.000'),
  }],
};

/** docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html */
const stream = {
  Records: [{
    kinesis: {
      kinesisSchemaVersion: '1.0', partitionKey: 'sensor-7', sequenceNumber: '49590338271490256608559692538361571095921575989136588898',
      data: base64('{"sensor":7,"celsius":21.5}'), approximateArrivalTimestamp: EPOCH_MS / 1000,
    },
    eventSource: 'aws:kinesis', eventVersion: '1.0', eventID: 'shardId-000000000006:4959', eventName: 'aws:kinesis:record', awsRegion: REGION,
    invokeIdentityArn: 'arn:aws:iam::000000000000:role/local', eventSourceARN: arn('kinesis', 'stream/readings'),
  }],
};

/** `host` is what callers reach the function by. */
export function awsExamples(host: string): Example[] {
  const body = JSON.stringify({ name: 'world' });
  return [
    { id: 'hello', label: 'Plain JSON', event: { name: 'world' } },
    { id: 'empty', label: 'Empty object', event: {} },
    { id: 'get', label: 'Function URL or HTTP API, GET', event: http('GET', '/', null, host) },
    { id: 'post', label: 'Function URL or HTTP API, POST', event: http('POST', '/', body, host) },
    { id: 'rest', label: 'API Gateway REST', event: rest },
    { id: 'alb', label: 'Load balancer', event: balancer },
    { id: 's3', label: 'S3: object created', event: object },
    { id: 'sqs', label: 'SQS: two messages', event: queue },
    { id: 'sns', label: 'SNS: notification', event: topic },
    { id: 'schedule', label: 'EventBridge: schedule', event: bridge('aws.events', 'Scheduled Event', [arn('events', 'rule/every-morning')], {}) },
    { id: 'bridge', label: 'EventBridge: custom', event: bridge('com.example.orders', 'OrderPlaced', [], { order: 42, total: 99 }) },
    { id: 'dynamodb', label: 'DynamoDB: item changed', event: table },
    { id: 'kinesis', label: 'Kinesis: record', event: stream },
  ];
}
