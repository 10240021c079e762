package otlp

import (
	"encoding/binary"
	"fmt"

	"otelwasm.example/collector/wasmplugin"
)

// SplitInTwo splits a payload without decoding it: the first half of the items, rounded up, and the rest. What is around
// items goes into both halves where both have items of it; what holds no items stays whole, in one half. Decoding both
// gives what decoding the whole gives, in the same order. The error is DECODE, also where there are less than two items.
func SplitInTwo(signal wasmplugin.Signal, bytes []byte) (first, second []byte, err error) {
	items, err := Count(signal, bytes)
	if err != nil {
		return nil, nil, err
	}
	if items < 2 {
		return nil, nil, malformed(fmt.Sprintf("a payload of %d items cannot be split", items))
	}
	wanted := (items + 1) / 2
	return levels[signal].split(bytes, &wanted)
}

// split takes what is wanted of items into the first half.
func (l *level) split(bytes []byte, wanted *int) (first, second []byte, err error) {
	for len(bytes) > 0 {
		f, rest, err := l.nextField(bytes)
		if err != nil {
			return nil, nil, err
		}
		bytes = rest
		if !f.isItems {
			first, second = append(first, f.all...), append(second, f.all...)
			continue
		}
		if *wanted == 0 {
			second = append(second, f.all...)
			continue
		}
		count := 1
		if l.next != nil {
			budget := maxFields
			if count, err = l.next.count(f.content, &budget); err != nil {
				return nil, nil, err
			}
		}
		if count <= *wanted {
			first = append(first, f.all...)
			*wanted -= count
			continue
		}
		left, right, err := l.next.split(f.content, wanted)
		if err != nil {
			return nil, nil, err
		}
		first, second = embed(first, f.number, left), embed(second, f.number, right)
	}
	return first, second, nil
}

func embed(message []byte, number uint64, content []byte) []byte {
	message = binary.AppendUvarint(message, number<<3|length)
	message = binary.AppendUvarint(message, uint64(len(content)))
	return append(message, content...)
}
