/** The tests of this folder with a hundred times as many damaged files. */
import './soak.js';
import './checkpoint-readers.test.js';
import './dataset-readers.test.js';
import './journal-readers.test.js';
import './text-readers.test.js';
