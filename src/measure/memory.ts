/** The most memory that this process ever held at once. */

/** Peak resident set size of the process in bytes. It never falls, so one worker process measures one model. */
export function peakRssBytes(usage: () => { maxRSS: number } = () => process.resourceUsage()): number {
  return usage().maxRSS * 1024;
}
