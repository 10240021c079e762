import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** A folder in which this package and another SDK are installed: scripts/package/register.mjs names one. */
const { TEST_APP, TEST_NODE } = process.env;

/** What the apps of tests stand on: the project's own packages and Node, or those that the environment names. */
export const MODULES = join(TEST_APP ?? ROOT, 'node_modules');
export const PACKAGE = TEST_APP === undefined ? ROOT : join(MODULES, 'otelwasm');
export const NODE = TEST_NODE ?? process.execPath;
