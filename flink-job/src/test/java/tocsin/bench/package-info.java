/**
 * What {@code npm run bench:throughput} runs: made-up records, a source that is no bottleneck, and
 * the clocks.
 */
package tocsin.bench;
