/**
 * Detectors of secrets and personal data in texts. Each knows the form of what it finds, and its checksum if there is
 * one.
 */
export { DEFAULT_DETECTORS, DETECTOR_NAMES, Detector } from './detector';
export { SecretScanner } from './secretScanner';
