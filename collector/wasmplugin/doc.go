// Package wasmplugin is a host for otelwasm guests (ABI v1) on wazero. It hands OTLP protobuf to a guest and takes back
// what the guest makes of it, under the rules, limits and error codes of the host for Node.
//
// [Load] reads, checks and compiles a guest; [Guest.Instantiate] makes an instance, which takes one call at a time.
// Package internal/runner keeps instances running and deals with what they fail on.
package wasmplugin
