/** Detectors of secrets and personal data in texts: each knows the form of what it finds, and its checksum where it has one. */
export { DEFAULT_DETECTORS, DETECTOR_NAMES, Detector } from './detector';
export { SecretScanner } from './secretScanner';
