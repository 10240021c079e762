import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** A folder in which this package and another SDK are installed; scripts/package/register.mjs sets it. */
const { TEST_APP, TEST_NODE } = process.env;

/** Packages and Node for the apps of tests: those of the project, or those that the environment sets. */
export const MODULES = join(TEST_APP ?? ROOT, 'node_modules');
export const PACKAGE = TEST_APP === undefined ? ROOT : join(MODULES, 'otelwasm');
export const NODE = TEST_NODE ?? process.execPath;
