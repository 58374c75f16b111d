/** Engines: what runs a graph. */
export * from './engine.js';
export { engineNames, openEngine } from './registry.js';
export { joinRows, pickRows } from './rows.js';
export { arrayOf, checkTensorData, tensorData } from './tensor-data.js';
