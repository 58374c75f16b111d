/** Asks for the long version of what is imported after it. */
process.env.TURBO_BENCH_SOAK ??= '100';
