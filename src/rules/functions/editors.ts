import { define } from './spec';

export const EDITORS = [define('set', 'target: path, value: any')];
