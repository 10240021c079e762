// Package otlp looks at OTLP protobuf without decoding it: how many items there are, whether the envelopes around them are
// well-formed, where to split it in two, and which items of one payload are left in another.
package otlp

import (
	"encoding/binary"
	"fmt"

	"otelwasm.example/collector/wasmplugin"
)

// level is a message that holds items, directly or in embedded messages. Fields are one bit each, by number.
type level struct {
	// texts are the fields that are known to have a length: those with another wire type are malformed.
	texts uint32
	// toItems are those that lead to items.
	toItems uint32
	// next is what these hold; nil if they are the items.
	next *level
}

func bits(fields ...int) (all uint32) {
	for _, field := range fields {
		all |= 1 << field
	}
	return all
}

// Resource, scopes, schema URL; scope, items, schema URL. Of a metric: name, description, unit, the five kinds of data, metadata.
var (
	dataPoints = &level{texts: bits(1), toItems: bits(1)}
	metric     = &level{texts: bits(1, 2, 3, 5, 7, 9, 10, 11, 12), toItems: bits(5, 7, 9, 10, 11), next: dataPoints}
	levels     = map[wasmplugin.Signal]*level{
		wasmplugin.Traces:  payload(nil),
		wasmplugin.Metrics: payload(metric),
		wasmplugin.Logs:    payload(nil),
	}
)

func payload(item *level) *level {
	scope := &level{texts: bits(1, 2, 3), toItems: bits(2), next: item}
	resource := &level{texts: bits(1, 2, 3), toItems: bits(2), next: scope}
	return &level{texts: bits(1), toItems: bits(1), next: resource}
}

// maxFields of envelopes and items that a payload may have: they can be as small as two bytes.
const maxFields = 1 << 20

const (
	varint  = 0
	fixed64 = 1
	length  = 2
	fixed32 = 5
)

// field of a message: all of its bytes, and of one with a length what it holds.
type field struct {
	number  uint64
	all     []byte
	content []byte
	isItems bool
}

// next field of a message at this level, and the bytes behind it.
func (l *level) nextField(bytes []byte) (field, []byte, error) {
	tag, size := binary.Uvarint(bytes)
	if size <= 0 || tag < 8 || tag > 0xffff_ffff {
		return field{}, nil, malformed("a field's tag")
	}
	f := field{number: tag >> 3}
	var end uint64
	start := uint64(size)
	switch tag & 7 {
	case varint:
		_, size := binary.Uvarint(bytes[start:])
		if size <= 0 {
			return field{}, nil, malformed("a varint")
		}
		end = start + uint64(size)
	case fixed64:
		end = start + 8
	case fixed32:
		end = start + 4
	case length:
		count, size := binary.Uvarint(bytes[start:])
		if size <= 0 || count > uint64(len(bytes)) {
			return field{}, nil, malformed("a length")
		}
		start += uint64(size)
		end = start + count
	default:
		return field{}, nil, malformed(fmt.Sprintf("wire type %d in field %d", tag&7, f.number))
	}
	if end > uint64(len(bytes)) {
		return field{}, nil, malformed(fmt.Sprintf("field %d is cut off", f.number))
	}
	if f.number < 32 {
		if l.texts>>f.number&1 == 1 && tag&7 != length {
			return field{}, nil, malformed(fmt.Sprintf("wire type %d in field %d", tag&7, f.number))
		}
		f.isItems = l.toItems>>f.number&1 == 1
	}
	f.all, f.content = bytes[:end], bytes[start:end]
	return f, bytes[end:], nil
}

func malformed(what string) error {
	return &wasmplugin.Error{Code: wasmplugin.Decode, Message: "malformed OTLP: " + what}
}

// Count is how many spans, data points or log records there are. The error is DECODE.
func Count(signal wasmplugin.Signal, bytes []byte) (int, error) {
	budget := maxFields
	return levels[signal].count(bytes, &budget)
}

func (l *level) count(bytes []byte, budget *int) (int, error) {
	items := 0
	for len(bytes) > 0 {
		if *budget--; *budget < 0 {
			return 0, malformed("too many fields and items in the envelopes")
		}
		f, rest, err := l.nextField(bytes)
		if err != nil {
			return 0, err
		}
		bytes = rest
		if !f.isItems {
			continue
		}
		if l.next == nil {
			items++
			continue
		}
		inner, err := l.next.count(f.content, budget)
		if err != nil {
			return 0, err
		}
		items += inner
	}
	return items, nil
}
