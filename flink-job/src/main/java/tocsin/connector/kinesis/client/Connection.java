package tocsin.connector.kinesis.client;

import java.io.Serializable;

/**
 * Where a stream is reached.
 *
 * @param region AWS region
 * @param endpoint address to use instead of the region's own; null for none
 */
public record Connection(String region, String endpoint) implements Serializable {}
