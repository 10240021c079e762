//go:build race

package wasmprocessor_test

const raceDetector = true
