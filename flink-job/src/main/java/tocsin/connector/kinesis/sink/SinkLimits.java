package tocsin.connector.kinesis.sink;

/**
 * How much the sink gathers and sends at once.
 *
 * @param maxBatchSize most records of one request; Kinesis takes 500
 * @param maxBatchBytes most bytes of one request; Kinesis takes 5 MiB
 * @param maxInFlightRequests most requests under way in one writer
 * @param maxBufferedRequests records that wait in one writer before it holds back its input
 * @param maxTimeInBufferMs most milliseconds that a record waits for others
 */
public record SinkLimits(
    int maxBatchSize,
    long maxBatchBytes,
    int maxInFlightRequests,
    int maxBufferedRequests,
    long maxTimeInBufferMs) {}
