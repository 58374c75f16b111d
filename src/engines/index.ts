/** Engines: what runs a graph. */
export * from './engine.js';
export { requirePrecision } from './in-precision.js';
export { isOutOfMemory } from './out-of-memory.js';
export { countsText, deviceText, watchPlacements } from './placement.js';
export { engineNames, openEngine } from './registry.js';
export { joinRows, pickRows } from './rows.js';
export { spreadValues } from './spread-values.js';
export { arrayOf, checkTensorData, tensorData } from './tensor-data.js';
